#!/bin/sh
# Install the core and the plugins that belong to it, of the versions in constraints.txt, by the pip given.
# What else is given goes to pip.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
pip=$1
shift
cd "$here/.."
# What builds the wheels is pinned as well: the first variable does it for older pips, the second for newer ones.
export PIP_CONSTRAINT="$here/constraints.txt" PIP_BUILD_CONSTRAINT="$here/constraints.txt"
"$pip" install --quiet --no-cache-dir --no-compile "$@" \
  '.[parquet]' plugins/schemahub-aws plugins/schemahub-mapping plugins/schemahub-coinbase \
  plugins/schemahub-kraken plugins/schemahub-gemini plugins/schemahub-bitstamp plugins/schemahub-binance
