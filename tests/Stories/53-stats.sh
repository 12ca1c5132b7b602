#!/usr/bin/env bash
# What the week was: `stats` counts out of the logs what came, what was drafted, what went out as it was drafted and what was changed before.
source "$(dirname "$0")/lib.sh"
title "what the week was"
machine solo local inbox="folder:$WORLD/letters" outbox="maildir:$WORLD/outbox" remote= imap=no
mkdir -p "$WORLD/letters"
check "a vault"                                on solo init "$WORLD/solo/vault"

# letter NAME FROM SUBJECT TEXT [HEADER...]
letter() {
    local name=$1 from=$2 subject=$3 text=$4
    shift 4
    { printf 'From: %s\nTo: %s\nSubject: %s\nDate: %s\nMessage-ID: <%s@post.example>\n' "$from" "$ADDRESS" "$subject" "$(LC_ALL=C date -R -d '1 hour ago')" "$name"
      (($# == 0)) || printf '%s\n' "$@"
      printf '\n%s\n' "$text"; } > "$WORLD/letters/$name.eml"
}
# figures JQ [ARGS...]: some of the figures, as one line. It ends with 3 where something can't be known.
figures() {
    local what=$1
    shift
    { on solo stats --json "$@" 2> /dev/null || [[ $? == 3 ]]; } | jq -r "$what"
}
ANSWERS='.answered | "\(.total) \(.as_drafted) \(.edited) \(.written_by_you) \(.from_elsewhere) \(.cannot_tell)"'
week() { date -d "${1:-now}" +%G-W%V; }

say "nothing yet"
check "it ends well"                           exits 0 on solo stats
check "no mail"                                said '^mails +0$'
check "no answer"                              said '^answered +0$'
check "nothing waits"                          said '^waits now +nothing$'
check "no minutes are made up"                 sees null figures .drafts.minutes_to_first_draft

say "three mails that are drafted, one that is the owner's to answer, one newsletter"
# The handbook's answer leaves no blank.
printf '\n## Answers\n\n### Do you deliver on saturday?\n\nYes, between eight and noon.\n' >> "$WORLD/solo/vault/Company_Handbook.md"
letter one   "Ruth Calder <ruth@calder.example>" "One question" $'Hello,\n\ndo you deliver on saturday?\n\nRuth Calder'
letter two   "Tom Ashby <tom@ashby.example>"     "Two chairs"   $'Dear Anna,\n\ndo you deliver on saturday?\n\nTom Ashby'
letter three "Nina Holt <nina@holt.example>"     "Three stools" $'Good morning,\n\ndo you deliver on saturday?\n\nNina Holt'
letter law   "Lou Stern <lou@stern.example>"     "Our lawyer"   $'Hello,\n\nour lawyer will sue you. When do you answer?\n\nLou Stern'
letter news  "News <news@shop.example>"          "Twenty percent" "Everything is cheaper." "List-Unsubscribe: <https://shop.example/out>" "List-Id: <news.shop.example>" "Precedence: bulk"
check "a turn"                                 on solo run --once
check "mails, by what they needed"             sees "5 4 1 0" figures '.mails | "\(.total) \(.tasks) \(.needed_no_answer) \(.unreadable)"'
check "drafts, and what is the owner's"        sees "3 1 0 3" figures '.drafts | "\(.drafted) \(.yours) \(.by_model) \(.by_rules)"'
check "an hour after the mails were written"   sees "3 true true 0" figures '.drafts | "\(.minutes_to_first_draft.count) \(.minutes_to_first_draft.median | . >= 60 and . < 65) \(.minutes_to_first_draft.p90 | . >= 60 and . < 65) \(.arrival_unknown)"'
check "they wait"                              sees "3 1" figures '.waiting_now | "\(.drafts) \(.yours)"'
check "none is answered"                       sees "0 0 0 0 0 0" figures "$ANSWERS"

say "one goes out as it was drafted, one is changed first, one is rejected"
check "the first is approved"                  approve solo "$(task solo one-question)"
into_draft solo "$(task solo two-chairs)" "On Saturday I come myself."
check "the second, with a line of the owner's" approve solo "$(task solo two-chairs)"
check "the third is rejected"                  on solo reject "$(task solo three-stools)" --reason "answered by telephone"
check "approved is not answered"               sees "0 0 0 0 0 0" figures "$ANSWERS"
check "a turn"                                 on solo run --once
check "both are done"                          in_stage solo "$(task solo two-chairs)" Done
check "one as drafted, one edited"             sees "2 1 1 0 0 0" figures "$ANSWERS"
check "one rejected"                           sees "1 0 0 0" figures '"\(.rejected) \(.sent_back) \(.superseded) \(.orders)"'
check "the owner's own is left"                sees "0 1" figures '.waiting_now | "\(.drafts) \(.yours)"'
check "for people"                             exits 0 on solo stats
check "mails"                                  said '^mails +5: 4 to answer, 1 needed no answer$'
check "drafts"                                 said '^drafted +3: 3 by rules; 1 yours to answer$'
check "minutes"                                said '^first +draft 6[0-4]\.[0-9] minutes after the mail.s arrival \(median\), nine in ten within 6[0-4]\.[0-9]$'
check "answers"                                said '^answered +2: 1 sent as drafted, 1 edited and sent$'
check "what was not sent"                      said '^not sent +1 rejected$'
check "what was heard of the agent, as that"   said '^heard +local-...... in [12] of 1[0-9][0-9] hours, never silent for longer than [0-9]+ (min|h), last at 20'
check "no sync, no figure of it"               said '^sync +none'
check "nothing else"                           sees 0 figures '.not_known | length'

say "what the owner answers without a draft, and what the owner sends by a file of the owner's own"
into_draft solo "$(task solo our-lawyer)" "We have received your letter."
sed -i 's/{{[^}]*}}//g' "$(path solo "$(task solo our-lawyer)")"
check "the owner's answer is approved"         approve solo "$(task solo our-lawyer)"
sed -i "1i drop = \"$WORLD/drop\"" "$WORLD/solo/vault.toml"
mkdir -p "$WORLD/drop"
printf 'To: Bob Builder <bob@example.com>\nSubject: Our offer\n\nDear Bob,\n\nhere it is.\n' > "$WORLD/drop/offer.md"
touch -d '1 minute ago' "$WORLD/drop/offer.md"
check "a turn"                                 on solo run --once
offer=$(cd "$WORLD/solo/vault/Pending_Approval/email" && ls our-offer-*.md) || true
check "the order is approved"                  approve solo "${offer%.md}"
check "a turn"                                 on solo run --once
check "one more answer, written by the owner"  sees "3 1 1 1 0 0" figures "$ANSWERS"
check "the order is no answer"                 sees 1 figures .orders
check "and no mail that came"                  sees 5 figures .mails.total

say "weeks"
check "this one by its name"                   sees "3 $(week)" figures '"\(.answered.total) \(.week)"' --week "$(week)"
check "from yesterday on"                      sees 3 figures .answered.total --since "$(date -d yesterday +%F)"
check "another is empty"                       sees "0 0 0 true" figures '"\(.mails.total) \(.drafts.drafted) \(.answered.total) \(.is_over)"' --week "$(week '3 weeks ago')"
check "it says so"                             exits 0 on solo stats --week "$(week '3 weeks ago')"
check "with its days"                          said "^week +$(week '3 weeks ago'), $(date -d "$(date -d '3 weeks ago' +%F) -$(($(date -d '3 weeks ago' +%u) - 1)) days" +%F) to "
check "and of the agent nothing was heard"     said 'not at all in 16[789] hours'
check "a week that is none"                    exits 2 on solo stats --week 2026-W54
check "is named"                               said "'2026-W54' is no week"
check "one to come"                            exits 2 on solo stats --week "$(week '3 weeks')"
check "has not begun"                          said "has not begun"
check "a day that is none"                     exits 2 on solo stats --since yesterday
check "both"                                   exits 2 on solo stats --week "$(week)" --since 2026-01-01

say "a log that is damaged in one line"
log=$(find "$WORLD/solo/vault/Logs" -name '*.jsonl' | sort | head -n 1)
printf '{"at":"%sT10:00:00+00:00","agent":"loc\nnull\n{"at":5}\n' "$(date -u +%F)" >> "$log"
check "the rest is counted, and it says so"    exits 3 on solo stats
check "by number"                              said "^not known +3 lines of its logs can't be read"
check "the same figures"                       sees "3 1 1 1 0 0" figures "$ANSWERS"
end
