#!/usr/bin/env bash
# Builds the stub as the program is built and prints what each account layout costs; the numbers of
# docs/decisions/0002-account-layouts.md.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/toolchain/common.sh"
cd "$root/tests/layout-stub"

# A folder of its own: the stub contains the program without its entry, which must never pass for the program.
deploy=$root/target/layout-stub
if [[ $(compiler_route) == build-sbf ]]; then
  cargo build-sbf --manifest-path Cargo.toml --sbf-out-dir "$deploy" "${build_sbf_options[@]}" -- --locked
else
  "$root/toolchain/setup.sh"
  "$root/toolchain/stock.sh" "$deploy" "$deploy" --locked
fi
RUST_LOG=off cargo run -q --locked -p layout-stub --example measure -- "$deploy"
