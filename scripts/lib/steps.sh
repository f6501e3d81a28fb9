# Shared by the entry points in scripts/: a line a step, with times, and a clear word when a step fails.
# Sourced, not run. The caller has `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
logs="$root/.build/step-logs"
mkdir -p "$logs"

say() { printf '%s\n' "$*"; }

# step NAME COMMAND...: runs the command quietly; prints the name and the seconds it took. On failure prints the end of
# its output and where the whole of it is, and ends the script with the command's status.
step() {
    local name=$1
    shift
    local log="$logs/${name//[^A-Za-z0-9]/-}.log"
    local started=$SECONDS status=0
    printf '%-44s ' "$name"
    "$@" >"$log" 2>&1 || status=$?
    if [ "$status" -eq 0 ]; then
        printf 'ok   %4ds\n' $((SECONDS - started))
    else
        printf 'FAILED after %ds (exit %d)\n' $((SECONDS - started)) "$status"
        say "---- the end of $log:"
        tail -n 60 "$log"
        say "---- '$name' failed: $(hint "$name")"
        exit "$status"
    fi
}

# hint NAME: what a person can do about a failed step.
hint() {
    case $1 in
        *"Debian packages"*) say "apt-get could not install them; check the network and that this is Debian 12 (or compatible)." ;;
        *toolchain*) say "Sluice needs Swift 6.3 on the PATH: https://www.swift.org/install/linux/debian/12/" ;;
        *Python*) say "the Python packages of Tests/requirements.txt could not be installed from PyPI." ;;
        *[Bb]uild*) say "the build failed; the compiler's errors are in the log above." ;;
        *) say "see the log above." ;;
    esac
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "this step needs root: run it as root or install sudo" >&2
        return 1
    fi
}

# install_debian FILE: installs what is missing of the packages listed in FILE (one a line, # comments).
install_debian() {
    local missing=() package
    for package in $(sed 's/#.*//' "$1"); do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && { say "nothing missing"; return 0; }
    say "missing: ${missing[*]}"
    as_root apt-get update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

check_toolchain() {
    command -v swift >/dev/null || { say "swift is not on the PATH"; return 1; }
    swift --version 2>&1 | tee /dev/stderr | grep -Eq 'Swift version (6\.([3-9]|[1-9][0-9])|[7-9])' || {
        say "this needs Swift 6.3 or newer"
        return 1
    }
}
