#!/usr/bin/env bash
# Installs what a stock Rust 1.95 lacks to build sBPF: the source of its standard library, an LLVM 23 to generate
# code with, and a linker that drives it. docs/decisions/0001-two-compiler-routes.md says why.
# Everything but the library source lands in one private folder. Run it as often as you like.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"

stamp=$toolchain_home/installed
recipe=$(hash_of "$here/setup.sh" "$here/common.sh")
rust=$(rustc -V)
sysroot=$(rustc --print sysroot)
library=$sysroot/lib/rustlib/src/rust/library

if [[ -e $library/Cargo.lock && $(cat "$stamp" 2>/dev/null) == "$recipe $rust" ]]; then
  exit 0
fi

key=/usr/share/keyrings/debian-archive-keyring.gpg
if ! command -v apt-get > /dev/null || [[ ! -e $key ]]; then
  fail "the stock compiler route needs Debian 12 or later; elsewhere install Solana's own cargo-build-sbf"
fi

mkdir -p "$toolchain_home/llvm"
# Whoever comes second finds everything done.
exec 9> "$toolchain_home/.lock"
flock 9

# A private apt state beside the system's own: the newer suites must never become candidates for an upgrade.
apt_options=(
  -qq -o "Dir::Etc::sourcelist=$toolchain_home/apt/sources.list" -o Dir::Etc::sourceparts=-
  -o "Dir::State::lists=$toolchain_home/apt/lists" -o "Dir::Cache=$toolchain_home/apt/cache"
  # A mirror may be a snapshot whose signatures have lapsed.
  -o Acquire::Retries=3 -o Acquire::Check-Valid-Until=false
)
# apt drops root for a user that cannot write under /root.
[[ $EUID == 0 ]] && apt_options+=(-o APT::Sandbox::User=root)

# apt's own answer covers both source formats, mirror lists and variables.
machine_mirror() {
  local release
  release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
    awk -v release="$release" '$2 == release { print $1; exit }'
}

refresh_lists() {
  local mirror suite
  mkdir -p "$toolchain_home"/{debs,apt/lists/partial,apt/cache/archives/partial}
  for mirror in "$(machine_mirror)" http://deb.debian.org/debian; do
    [[ -n $mirror ]] || continue
    for suite in trixie-backports sid; do
      echo "deb [signed-by=$key] $mirror $suite main"
    done > "$toolchain_home/apt/sources.list"
    apt-get "${apt_options[@]}" update && return
  done
  fail "no Debian mirror with the suites trixie-backports and sid can be reached"
}

# Unpacks packages, given as for apt-get, below $toolchain_home/root. Nothing is installed.
unpack() {
  (cd "$toolchain_home/debs" && rm -f ./*.deb && apt-get "${apt_options[@]}" download "$@" &&
    for deb in *.deb; do dpkg -x "$deb" "$toolchain_home/root"; done && rm -f ./*.deb)
}

lists_are_fresh=
with_lists() {
  [[ -n $lists_are_fresh ]] || refresh_lists
  lists_are_fresh=yes
}

install_library_source() {
  [[ -e $library/Cargo.lock ]] && return
  step "fetching the source of Rust's standard library"
  if command -v rustup > /dev/null && rustup component add rust-src && [[ -e $library/Cargo.lock ]]; then
    return
  fi
  with_lists
  local version package
  version=$(cut -d' ' -f2 <<< "$rust")
  package=$(apt-cache "${apt_options[@]}" madison rust-src |
    awk -F'|' -v version="$version" '{ gsub(/ /, "", $2) } index($2, version) == 1 { print $2; exit }')
  [[ -n $package ]] || fail "neither rustup nor Debian has the library source of Rust $version"
  unpack "rust-src=$package"
  mkdir -p "$(dirname "$library")"
  cp -r "$toolchain_home/root/usr/src/rustc-$version/library" "$library.partial"
  mv "$library.partial" "$library"
  rm -rf "$toolchain_home/root/usr/src"
}

# rustc 1.95 carries LLVM 22, whose BPF back end has no 128-bit multiply and no stack arguments. LLVM 23 has both and
# reads LLVM 22's bitcode. It wants a newer C library than Debian 12's, which therefore comes with it.
install_llvm() {
  # The name under which the linker looks for it, made when everything else is there.
  local library=$toolchain_home/llvm/libLLVM-23.so
  [[ -e $library ]] && return
  step "fetching LLVM 23"
  with_lists
  local packages=(
    libllvm23 libc6 libstdc++6 libgcc-s1 libedit2 libffi8 libxml2-16 libz3-4 libzstd1 zlib1g libtinfo6
    libbsd0 libmd0 liblzma5
  )
  unpack "${packages[@]/%//sid}"
  ln -sfn "$llvm_libraries/libLLVM.so.23.1" "$library"
}

install_linker() {
  local version=0.2.6
  if ! grep -qs "sbpf-linker $version " "$toolchain_home/cargo/.crates.toml"; then
    step "building sbpf-linker $version"
    cargo install -q sbpf-linker --version "$version" --locked --root "$toolchain_home/cargo"
  fi
  "$here/bin/sbpf-linker" --version > /dev/null || fail "the linker does not start"
}

install_library_source
install_llvm
install_linker
rm -rf "$toolchain_home/apt" "$toolchain_home/debs"
echo "$recipe $rust" > "$stamp"
