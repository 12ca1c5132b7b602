#!/usr/bin/env bash
# The owner has two machines. Until each has taken the other's key, neither believes what the other decides; a cloud that was broken into is believed by none.
source "$(dirname "$0")/lib.sh"
title "two machines of the owner's"
bare_repository
mkdir -p "$WORLD/mail"/{cur,new,tmp}
machine desk local outbox="maildir:$WORLD/sent" imap=no
machine laptop local outbox="maildir:$WORLD/sent" imap=no
machine cloud cloud inbox="maildir:$WORLD/mail" imap=no
check "the first machine makes the vault"        on desk init "$WORLD/desk/vault" --remote "$REMOTE"
turn desk
for name in gmail-en apple-fr thunderbird-es outlook-de; do cp "$(mail "$name")" "$WORLD/mail/new/"; done
check "four drafts"                              on cloud run --once
check "the second joins"                         on laptop init "$WORLD/laptop/vault" --remote "$REMOTE"
turn laptop desk
table=$(task desk can-you-repair-an-oak-table) || true
stairs=$(task desk rendez-vous-pour-l-escalier) || true
invoice=$(task desk factura-2026-118) || true
windows=$(task desk angebot-fuer-drei-holzfenster) || true
key() { on "$1" key | awk -v field="$2" '$1 == field { print $2 }'; }
word=$(key laptop key) finger=$(key laptop fingerprint)

say "a stranger to each other"
check "the laptop says no to one"                on laptop reject "$table" --reason "not us"
turn laptop desk
check "the desk does not take it"                in_stage desk "$table" Pending_Approval
check "and says so"                              shows "only the owner's machine" cat "$WORLD/log/desk"
start desk run
start laptop run
sleep 12
check "the two do not quarrel for ever"          shows 'refused|trust' on desk status
tips=$(git -C "$BARE" rev-list --count main)
sleep 10
check "the history stays as it is"               sees "$tips" git -C "$BARE" rev-list --count main
stop desk
stop laptop

say "enrolled"
check "a key with another's fingerprint is none" exits 12 on desk key trust "$word" --fingerprint 0123456789abcdef
check "what is no key neither"                   exits 2 on desk key trust "x$word" --fingerprint "$finger"
check "the desk takes the laptop's"              on desk key trust "$word" --fingerprint "$finger"
check "and shows it"                             shows "trusted +$finger" on desk key
check "the laptop takes the desk's"              on laptop key trust "$(key desk key)" --fingerprint "$(key desk fingerprint)"
turn laptop desk laptop desk
[[ -z $(find "$WORLD/laptop/vault/Pending_Approval" -name "$table.md") ]] || on laptop reject "$table" --reason "not us" > "$WORLD/log/reject" 2>&1
check "the handbook is changed on the laptop"    bash -c "echo 'We are closed in August.' >> '$WORLD/laptop/vault/Company_Handbook.md'"
turn laptop cloud desk
check "the no counts on the desk"                in_stage desk "$table" Rejected
check "the handbook too"                         grep -q "closed in August" "$WORLD/desk/vault/Company_Handbook.md"
fill laptop "$stairs" > "$WORLD/log/fill" 2>&1 || true
check "the laptop says yes to another"           approve laptop "$stairs"
check "and sends it"                             turns laptop 20 in_stage laptop "$stairs" Done
turn desk laptop desk
check "once"                                     sees 1 lines find "$WORLD/sent/new" -type f
check "both vaults are alike"                    alike desk laptop
check "and the cloud's"                          turns cloud 10 alike desk cloud

say "one says yes, the other carries it out"
fill laptop "$windows" > "$WORLD/log/fill" 2>&1 || true
check "the laptop says yes"                      approve laptop "$windows"
check "and is not to send anything itself"       on laptop pause
turn laptop
check "nothing of it is out"                     sees 1 lines find "$WORLD/sent/new" -type f
check "the desk carries it out"                  turns desk 20 in_stage desk "$windows" Done
turn laptop
check "the laptop goes on"                       on laptop resume
turn laptop desk
check "and has heard of it"                      in_stage laptop "$windows" Done
check "once"                                     sees 2 lines find "$WORLD/sent/new" -type f
check "the desk can show both"                   on desk verify
check "and the laptop"                           on laptop verify

say "a broken cloud"
broken() { git clone -q "$BARE" "$WORLD/broken" && cd "$WORLD/broken" && git config user.name x && git config user.email x@x.example; }
check "somebody has its key"                     broken
forge() (cd "$WORLD/broken" && git pull -q && mkdir -p Approved/email Done/2026-11 && "$@" && git add -A && git commit -qm forged && git push -q)
check "the no becomes a yes"                     forge git mv "Rejected/email/$table.md" "Approved/email/$table.md"
turn desk
check "the no stands"                            in_stage desk "$table" Rejected
check "a draft is thrown away"                   forge git mv "Pending_Approval/email/$invoice.md" "Done/2026-11/$invoice.md"
turn desk laptop
check "it waits on both"                         in_stage laptop "$invoice" Pending_Approval
check "as on the desk"                           in_stage desk "$invoice" Pending_Approval

say "lost"
check "the desk takes the key back"              on desk key revoke "$finger"
check "the laptop says no to one more"           on laptop reject "$invoice" --reason "stolen"
turn laptop desk
check "the desk does not take it"                in_stage desk "$invoice" Pending_Approval
check "nothing more was sent"                    sees 2 lines find "$WORLD/sent/new" -type f
end
