#!/usr/bin/env bash
# Compiles the program package in the current folder to sBPF v3 with a stock rustc:
#   stock.sh TARGET_DIR DEPLOY_DIR [cargo options]
# cargo works in TARGET_DIR; the shared object ends as DEPLOY_DIR/<library>.so. Needs setup.sh to have run.
#
# The target description (sbpfv3-stock.json) says:
#   os zkvm            the smallest platform std knows; it has no system calls to link against
#   obj-is-bitcode     rustc stops at LLVM bitcode, because its own BPF back end lacks 128-bit multiplication and
#                      arguments on the stack; the linker loads a newer LLVM and generates the code
#   cpu v4             brings signed division
#   features           the virtual machine allows unaligned access
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"

export CARGO_TARGET_DIR=$1
deploy=$2
shift 2

# cargo's -Z options, and std's consent to a platform it has never heard of.
export PATH=$here/bin:$PATH
export RUSTC_BOOTSTRAP=1 RUSTC_BOOTSTRAP_SYNTHETIC_TARGET=1

flags=(
  # No path of this machine may reach the program: the same sources give the same bytes everywhere.
  "--remap-path-prefix=$(dirname "$here")=" "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
  "--remap-path-prefix=$(rustc --print sysroot)=rust"
  # Panics abort without a message: formatting it would take space and compute units.
  -C panic=immediate-abort -Z unstable-options
  -C relocation-model=static
  # One thread on chain: atomics become plain loads and stores, which is all that sBPF has.
  -C passes=lower-atomic
  # The SDK's branches for the chain, its system calls by hash, and any architecture from std's list of allocator
  # alignments: std does not compile for one that is missing there, and the SDK brings an allocator of its own.
  '--cfg=target_os="solana"' '--cfg=target_feature="static-syscalls"' '--cfg=target_arch="csky"'
  -A explicit_builtin_cfgs_in_flags
)
linker_options=(
  --arch=v3
  # It would write to target/deploy below whatever folder it runs in.
  --deploy=false
)
llvm_options=(
  -bpf-stack-size=4096
  # Copies and fills of known size become at most so many stores in place; builtins/src/memory.rs has the measurement.
  --bpf-max-stores-per-memfunc=8
  # Instructions of BPF v4 that sBPF v3 does not have.
  --disable-gotox --disable-ldsx --disable-movsx --disable-bswap
)
for option in "${linker_options[@]}" "${llvm_options[@]/#/--llvm-args=}"; do
  flags+=(-C "link-arg=$option")
done
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}")
export CARGO_ENCODED_RUSTFLAGS

cargo build --release --lib --target "$here/sbpfv3-stock.json" -Z json-target-spec \
  -Z build-std=std,panic_abort -Z build-std-features= "$@"

library=$(sed -n '/^\[lib\]/,/^\[[^l]/ s/^name *= *"\(.*\)"/\1/p' Cargo.toml)
if [[ -z $library ]]; then
  library=$(sed -n '/^\[package\]/,/^\[[^p]/ s/^name *= *"\(.*\)"/\1/p' Cargo.toml)
fi
library=${library//-/_}
mkdir -p "$deploy"
cp "$CARGO_TARGET_DIR/sbpfv3-stock/release/lib$library.so" "$deploy/$library.so"
