#!/bin/sh
# Make the environment of the image in the folder given: what the Dockerfile's first stage runs, and its tests.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
environment=$1

python3 -m venv "$environment"
"$here/install.sh" "$environment/bin/pip"
# Nothing is installed into an image that runs.
"$environment/bin/pip" uninstall --quiet --yes setuptools pip
"$here/prune.sh" "$("$environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
