#!/usr/bin/env bash
# What the README says to type exists, and its configuration is one that the programs take.
source "$(dirname "$0")/lib.sh"
title "the README is true"
readme=$STORIES/../../README.md

# block LANGUAGE: the README's first block in that language.
block() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$readme" | sed '1d;$d'; }

mapfile -t typed < <(grep -Eo '\b(localagent|cloudagent) [a-z]+(-[a-z]+)*' "$readme" | grep -Ev ' (alone|reads|is|and|then|on|wants|takes)$' | sort -u)
check "it names a dozen commands"               [ "${#typed[@]}" -ge 10 ]
commands_of() { "$BIN/$1" --help | sed -n '/^Commands:/,$p' | awk 'NR > 1 { print $1 }'; }
for words in "${typed[@]}"; do
    check "$words"                              shows "^${words#* }\$" commands_of "${words% *}"
done
mapfile -t options < <(grep -Eo -- '--[a-z][a-z-]+' "$readme" | sort -u)
helps() {
    local word
    for word in $(commands_of localagent); do "$BIN/localagent" "$word" --help; done
    echo "--project (dotnet's own)"
}
for option in "${options[@]}"; do
    check "$option"                             shows "^ *$option( |\$)" helps
done

mkdir -p "$WORLD/home/.config/platinum"
config=$WORLD/home/.config/platinum/vault.toml
check "init writes the configuration"           env HOME="$WORLD/home" "$BIN/localagent" init "$WORLD/vault" --config "$config"
block toml | grep -v '^inbox' >> "$config"
block json > "$WORLD/home/.config/platinum/secrets.json"
chmod 600 "$WORLD/home/.config/platinum/secrets.json"
check "the account's block is taken as it is"   env HOME="$WORLD/home" "$BIN/localagent" status --config "$config"
doctor() { HOME=$WORLD/home timeout 60 "$BIN/localagent" doctor --config "$config" || true; }
check "and the secret is found by its name"     not shows 'secret .* (missing|not in)' doctor

say "vault.toml at the top level"
mkdir "$WORLD/plain"
{ sed 's/^# \(\[\|[a-z_]* =\)/\1/' "$STORIES/../../vault.toml" | sed 's/^host = ""/host = "mail.example.com"/'; } > "$WORLD/plain/vault.toml"
check "with every comment sign taken away, every key is known" exits 10 env HOME="$WORLD/none" "$BIN/localagent" status --config "$WORLD/plain/vault.toml"
end
