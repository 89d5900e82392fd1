#!/bin/sh
# Remove from a folder of installed packages what no command of ours loads, and compile the rest.
set -eu
site=$1

# Tests, headers and sources of libraries.
find "$site" -depth -type d \( -name tests -o -name include -o -name __pycache__ \) \
  -not -path "$site/schemahub/*" -exec rm -rf {} +
find "$site" -type f \( -name '*.pxd' -o -name '*.pxi' -o -name '*.pyx' -o -name '*.pyi' \) -delete
# Parts of pyarrow that stand alone: its RPC, and its own way to S3.
find "$site/pyarrow" -type f \( -name '*flight*' -o -name '*_s3*' \) -delete
# botocore describes all of AWS; these services are called, and sts and sso give credentials.
find "$site/botocore/data" -mindepth 1 -maxdepth 1 -type d \
  -not -name s3 -not -name dynamodb -not -name glue -not -name athena -not -name cloudwatch \
  -not -name monitoring -not -name sts -not -name sso -not -name sso-oidc -exec rm -rf {} +
# Names of the files, not of where they were built, go into tracebacks. A checked hash would cost a read at each
# import, and the time of a file does not survive a copy into an image or a zip: nobody edits these files.
python3 -m compileall -q -j 0 -s "$site" --invalidation-mode unchecked-hash "$site"
