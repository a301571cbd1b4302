#!/usr/bin/env bash
# Builds programs/plimsoll into target/deploy/plimsoll.so and checks its stack frames. Does nothing when neither the
# sources nor the compiler have changed. Beside the program it leaves
#   plimsoll.route    which compiler route built it: `build-sbf` (Solana's own compiler) or `stock` (ours)
#   plimsoll.inputs   the digest of everything that went in and of what came out
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"

root=$(dirname "$here")
cd "$root"
deploy=target/deploy
program=$deploy/plimsoll.so

# Two terminals may build at once; the second then finds the work done.
mkdir -p "$deploy"
exec 9> "$deploy/.lock"
flock 9

route=$(compiler_route)
if [[ $route == build-sbf ]]; then
  compiler=$(cargo-build-sbf --version)
else
  compiler=$(rustc -V)
fi

digest_inputs() {
  {
    echo "$route $compiler"
    find programs/plimsoll crates/risk toolchain/builtins Cargo.toml Cargo.lock toolchain/*.sh toolchain/*.json \
      -type f -print0 | sort -z | xargs -0 sha256sum
    sha256sum "$program" 2> /dev/null || true
  } | sha256sum
}

if [[ -e $program && $(digest_inputs) == "$(cat "$deploy/plimsoll.inputs" 2> /dev/null)" ]]; then
  step "up to date: $program ($route route)"
  exit 0
fi

rm -f "$deploy/plimsoll.inputs"
if [[ $route == build-sbf ]]; then
  cargo build-sbf --manifest-path programs/plimsoll/Cargo.toml --sbf-out-dir "$deploy" "${build_sbf_options[@]}" \
    -- --locked
  named=(target/sbpf*-solana-solana/release/plimsoll.so)
else
  "$here/setup.sh"
  (cd programs/plimsoll && "$here/stock.sh" "$root/target/sbf" "$root/$deploy" --locked)
  named=(target/sbf/sbpfv3-stock/release/deps/libplimsoll.o)
fi
[[ -e ${named[0]} ]] || named=()

# A folder of its own, so that this does not wait for whatever else is being built.
CARGO_TARGET_DIR=target/toolchain cargo run -q --locked -p stack-check -- "$program" "${named[@]:0:1}"

echo "$route" > "$deploy/plimsoll.route"
digest_inputs > "$deploy/plimsoll.inputs"
step "built $program, $(stat -c %s "$program") bytes ($route route)"
