# The core and the plugins that belong to it. `docker build -t schemahub .`, then `docker run schemahub version --json`.
# docs/IMAGE.md says what is in it, how large it is, and how it is run with a read-only root.

# The version that the tests run with. Its tag moves with security fixes, and nothing else.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY docker/ docker/
COPY src/ src/
COPY plugins/ plugins/
RUN docker/build.sh /opt/schemahub

FROM python:3.11-slim-bookworm
# At the path that it was built at: a virtual environment holds it.
COPY --from=build /opt/schemahub /opt/schemahub
ENV PATH=/opt/schemahub/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /
# Nothing here writes to it. Fargate gives what it mounts here the rights that it has in the image, else root's.
VOLUME ["/tmp"]
# A number, which needs no /etc/passwd and can be seen not to be root.
USER 10001:10001
# No shell stands between: SIGTERM reaches the run itself.
ENTRYPOINT ["schemahub"]
CMD ["--help"]
