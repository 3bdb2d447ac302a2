#!/usr/bin/env bash
# Writes deploy/THIRD_PARTY.txt, which `lookalike licenses` prints: every crate that is linked into the program on
# Linux, and its fonts, with the texts of their licences. Run it after each change of Cargo.lock.
# It needs cargo, jq and the sources of the crates (`cargo fetch --locked`).
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
out=deploy/THIRD_PARTY.txt
platforms=(x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

declare -A number_of
texts=0
numbers=""

# Adds the text of a file to the texts, unless an equal one is there, and its number to the numbers.
add() {
    local sum
    sed -e 's/\r$//' -e 's/[ \t\f]*$//' "$1" | cat -s | sed '1{/^$/d}' >"$work/text"
    # Texts that differ only in spaces and line breaks are the same.
    sum=$(tr -s ' \t\n' ' ' <"$work/text" | sed 's/^ //; s/ $//' | sha256sum)
    if [[ -z "${number_of[$sum]:-}" ]]; then
        texts=$((texts + 1))
        number_of[$sum]=$texts
        { printf '\n======== text %d ========\n\n' "$texts"; cat "$work/text"; } >>"$work/texts"
    fi
    [[ " $numbers " == *" ${number_of[$sum]} "* ]] || numbers="${numbers:+$numbers }${number_of[$sum]}"
}

# Adds the MIT licence for what names it but brings no file. The words are those at the end of the README.
add_mit_of() {
    { printf 'Copyright (c) %s\n\n' "$1"; sed -n '/^Permission is hereby granted/,$p' README.md; } >"$work/mit"
    add "$work/mit"
}

# Where a crate may be used under MIT, MIT is chosen. Succeeds if a file holds one of the other licences.
is_passed_over() {
    case "$(basename "$1" | tr '[:lower:]' '[:upper:]')" in
        *MIT*) return 1 ;;
        *APACHE* | *ZLIB* | *UNLICENSE* | *0BSD* | *ISC*) [[ "$2" =~ (" OR "|/)MIT|MIT(" OR "|/) ]] && has_mit "$1" ;;
        *GPL*) [[ "$2" == *" OR "* ]] ;;
        *) return 1 ;;
    esac
}

has_mit() {
    compgen -G "$(dirname "$1")/*MIT*" >"$work/found"
}

cargo metadata --locked --format-version 1 "${platforms[@]/#/--filter-platform=}" |
    jq -r '.packages[] | [.name, .version, .license // "see its text", .manifest_path, (.authors | join(", "))] | join("\u001f")' |
    sort >"$work/packages"
cargo tree --locked --edges normal --prefix none --no-dedupe --format '{p}' "${platforms[@]/#/--target=}" |
    awk 'NF && $1 != "lookalike" { print $1 "\037" substr($2, 2) "\037" }' | sort -u >"$work/linked"
grep --fixed-strings --file="$work/linked" "$work/packages" >"$work/needed"
while IFS=$'\037' read -r name version licence manifest authors; do
    grep --quiet --line-regexp --fixed-strings "$name"$'\037'"$version"$'\037' "$work/linked" || continue
    numbers=""
    while read -r file; do
        is_passed_over "$file" "$licence" || add "$file"
    done < <(find "$(dirname "$manifest")" -maxdepth 1 -type f \
        -iregex '.*/\(licen[sc]e\|copying\|copyright\|notice\|unlicense\)[^/]*' ! -iname '*.rs' | sort)
    if [[ -z "$numbers" && "$licence" == *MIT* ]]; then
        add_mit_of "${authors:-the authors of $name}"
    fi
    if [[ -z "$numbers" ]]; then
        echo "$name $version brings no text of its licence, $licence" >&2
        exit 1
    fi
    printf '%s %s | %s | texts %s\n' "$name" "$version" "$licence" "$numbers" >>"$work/crates"
done <"$work/needed"
count=$(wc -l <"$work/crates")
if [[ "$count" != "$(wc -l <"$work/linked")" ]]; then
    echo "some of the linked crates are not among the packages" >&2
    exit 1
fi

numbers=""
add_mit_of "2026 the Lookalike authors"
printf 'lookalike itself | MIT | texts %s\n' "$numbers" >"$work/others"
numbers=""
add_mit_of "The Rust Project Contributors"
printf 'the standard library of Rust | MIT OR Apache-2.0 | texts %s\n' "$numbers" >>"$work/others"
numbers=""
add src/card/fonts/OFL.txt
for font in src/card/fonts/*.otf src/card/fonts/*.ttf; do
    printf '%s | OFL-1.1 | texts %s\n' "$(basename "$font")" "$numbers" >>"$work/others"
done

numbers=""
add src/kind/LICENCES.txt
printf 'given_names.txt | BSD-3-Clause AND MIT | texts %s\n' "$numbers" >>"$work/others"

{
    echo "What the program lookalike is made of. Each line names a crate or a font, its licence, and the numbers of the"
    echo "licence texts that apply. The texts follow. Where a crate may be used under the MIT licence, that text is given."
    printf '\n======== crates ========\n\n'
    cat "$work/crates"
    printf '\n======== lookalike, the standard library, the fonts and the names ========\n\n'
    cat "$work/others"
    cat "$work/texts"
} >"$out"
echo "$out: $count crates, $texts texts, $(wc -c <"$out") bytes"
