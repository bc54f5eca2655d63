#!/usr/bin/env bash
# Called in the builder's container; what lies in $OUT afterwards is what is fuzzed.
set -euo pipefail

./tcpconf fuzz export --out "$OUT"
