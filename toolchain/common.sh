# What the scripts of this folder and ./dev share. Sourced, never run.

toolchain_home=${PLIMSOLL_TOOLCHAIN_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/plimsoll/toolchain}
llvm_libraries=$toolchain_home/root/usr/lib/$(uname -m)-linux-gnu

# The instruction set and compiler release that Anchor 1.2.2 asks Solana's own route for.
build_sbf_options=(--tools-version v1.57 --arch v3)

step() { echo "    $*" >&2; }

fail() {
  echo "error: $*" >&2
  exit 1
}

# One digest over the content of the files given.
hash_of() { cat "$@" | sha256sum | cut -c1-64; }

# `build-sbf` where Solana's own compiler driver is installed, else `stock`.
compiler_route() {
  local candidate ours
  ours=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/bin/cargo-build-sbf
  for candidate in $(type -ap cargo-build-sbf; echo "${CARGO_HOME:-$HOME/.cargo}/bin/cargo-build-sbf"); do
    [[ -x $candidate && ! $candidate -ef $ours ]] && echo build-sbf && return
  done
  echo stock
}
