# What the bot says in English. Messages are HTML; what is put into them is escaped already.
# Plain: buttons, menus, the answers to pressed buttons.

start =
    Hi! Send me an account on { $network } and I'll find the accounts most like it. For example:

    <code>{ $example }</code>

    I look at who follows it and who else they follow. That takes thousands of look-ups: anything from a few minutes to many hours. You'll see my progress here, and I'll write when it's done.

    /help – what else I can do

help =
    Send me one or more accounts on { $network }, as names or links:
    <code>@nasa</code>
    <code>{ $link }</code>
    If you only know what it is called, send me that: <code>The New York Times</code>.

    A word behind them says how far I go: <code>@nasa quick</code> (200 followers), <code>normal</code> (800), <code>deep</code> (2,000), <code>settled</code> (until it's sure enough) or <code>full</code> (all).

    /status – how far your searches are
    /cancel – stop a search: <code>/cancel @nasa</code>, or <code>/cancel all</code>
    /result – the latest result again, or <code>/result @nasa</code>
    /again – search again, and see what has changed: <code>/again @nasa</code>
    /compare – compare audiences: <code>/compare @nasa @esa</code>
    /history – all your results here
    /watch – check every week, and tell you what has changed: <code>/watch @nasa</code>
    /key – use your own API key, and skip the queue
    /network – where to look first when you send just a name
    /language – change my language
    /privacy – what I keep, and for how long
    /forget – erase everything about you

    In a group: <code>/find @nasa</code>, or mention me with the name of an account.

    You can run { $limit } searches at once. Two accounts are alike when many of the same people follow both.

help_anywhere = In any other chat, <code>@{ $bot } nasa</code> sends a result of yours there.

privacy =
    <b>What I keep</b>
    • Who you are on Telegram (an id, not your phone number), the chat, its language and network, and which accounts you asked about, so that I can answer.
    • Your messages, only until I've handled them.
    • API keys that you give me, encrypted, until you take them back.
    • What { $network } shows publicly: who follows whom, and public profiles.

    <b>What I guess</b>
    Whether an account is a person or an organisation, from its public name and bio, where its network doesn't say. Of 100 such guesses some 97 are right. I'm often wrong about brands that are called like people, and about joke pages; of Russian bios I believe only half.

    Keys and what you watch stay until you end them; everything else is deleted after { $days ->
        [one] a day
       *[other] { $days } days
    }. /forget erases what is about you at once, and from my disk within a day; only how much was asked for today is kept until midnight (UTC), as a number that names nobody. I only read what is public, and share nothing with anyone.

contact = Don't want to be found here? Write to { $contact }

not_understood =
    I didn't find an account in that. Send me the name of an account on { $network } or a link to it, for example <code>@nasa</code>.

no_such_command =
    I don't know that command. Send me an account such as <code>@nasa</code>, or see /help.

which_account = Which account do you mean?

hello = Hi! Send me an account, for example <code>@nasa</code>, and I'll find the ones most like it.
welcome = You're welcome!
yes_or_no = All right. Send me an account whenever you like, for example <code>@nasa</code>.
word_alone = That word alone doesn't tell me which account you mean. If it's an account's name, put an @ before it.
depth_alone = That tells me how far to go, but not for which account. Send both, for example <code>@nasa { $depth }</code>. If it's an account's name, put an @ before it.
unknown_words = I don't know what you mean by “{ $words }” there, so I've left it out. To say how far I should go, add <code>quick</code>, <code>normal</code>, <code>deep</code>, <code>settled</code> or <code>full</code>.
rhythms = I can look every week or every month: <code>/watch @nasa weekly</code> or <code>/watch @nasa monthly</code>.

not_an_account =
    { $word } doesn't lead to an account. Send me the account's name or the link to its profile, for example <code>@nasa</code>.

both_of = { $first } and { $last }
either = { $first } or { $last }

elsewhere =
    I don't know { $host }. Send me an account on { $network }, or the link to its profile.

switched_off =
    I'm not connected to { $network }. Send me an account on { $others }.

only_the_first =
    That's { $count } accounts, and I take { $taken } at a time. I've started with the first; please send the others later.

find_whom =
    Which account? For example: <code>/find @nasa</code>

who_asks =
    I can't tell who asks when you write as a group or a channel. Write under your own name, and I'll answer.

failed =
    Something went wrong on my side. Please send that again.

too_fast =
    Too many messages at once. Please wait { $time }, then send again what I haven't answered.

name = { $who }
name_on = { $who } ({ $network })
looking_up = Looking up { $who } on { $network }…
looking_for_name = Looking for “{ $name }” on { $network }…
about = <b>{ $who }</b> · { $network }
about_named = <b>{ $name }</b> · { $who } · { $network }
about_followers =
    { $followers ->
        [one] { $followers } follower
       *[other] { $followers } followers
    }
place =
    { $place ->
        [1] Next in line; starts as soon as there is room
       *[other] Number { $place } in line
    }
listing = Listing the followers
reading = Reading whom they follow
so_far =
    <b>So far</b>, after { $read ->
        [one] { $read } follower
       *[other] { $read } followers
    }:
first_impression_after =
    <b>First impression</b>, after { $read ->
        [one] { $read } follower
       *[other] { $read } followers
    } (names will still move):
suggested = <b>In the meantime</b>, { $network } suggests: { $names }
so_far_row = { $place }. { $who } · { $score }
so_far_row_named = { $place }. <b>{ $name }</b> · { $who } · { $score }
counting = Counting what they have in common
comparing = Looking up the accounts they share
confirming = Checking who follows the closest ones
ordering = Ranking them
progress = { $bar } { $percent }%
step_counted = { $step }: { $done } of { $total }
time_left = About { $time } left
time_left_between = { $earliest } to { $latest } left
effort_left = { $done } of about { $all } requests, at { $rate }
effort_shared =
    { $done } of about { $all } requests, at { $rate } shared with { $others ->
        [one] another search
       *[other] { $others } other searches
    }
spent =
    { $requests ->
        [one] { $requests } request so far
       *[other] { $requests } requests so far
    }
together =
    <b>{ $count ->
        [one] One search under way
       *[other] { $count } searches under way
    }</b>
together_line = • { $who }: { $state }
together_more = …and { $count } more
together_over = All these searches have finished.
brief_looking_up = looking it up
brief_asks = not free, waiting for your OK
brief_place =
    { $place ->
        [1] next in line
       *[other] number { $place } in line
    }
brief_part = { $percent }%
brief_paused = paused
brief_left = about { $time } left
brief_left_between = { $earliest } to { $latest } left
asked_to_wait = ⏸ { $network } asked me to slow down. I'll continue in { $time }.
out_of_reach = ⏸ { $network } isn't responding. I'll keep trying.
server_silent = ⏸ { $server } isn't responding. I'll try a few more times.
key_refused = ⏸ Paused: { $network } isn't accepting my key. The people who run me need to fix that; then I'll continue.
own_key_refused = ⏸ Paused: { $network } isn't accepting your key. I'll try it again in a few minutes, and tell you what came of it.
out_of_credit = ⏸ Paused: my { $network } credit has run out. I'll continue when there's more.
spent_today =
    That's today's budget for { $network } used up. I'll continue after midnight (UTC), in { $time }.
cost_question =
    { $network } isn't free: every look-up costs money. How far should I go?
cost_question_own =
    { $network } isn't free: look-ups are charged to your own key. How far should I go?
too_dear =
    { $network } charges for every account it shows. Even a quick look at { $who } would cost about { $cost }; the limit here is { $most }. An account with fewer followers costs less.
agreed = All right: { $who }, { $depth }, for about { $cost }.
agreed_free = All right: { $who }, { $depth }. That is free: I have it all already.
watching_costs = { $network } isn't free. Each look may cost up to { $cost } and is paid for by the people who run me. I ask you before each one.
watching_costs_own = { $network } isn't free. Each look may cost up to { $cost } and is paid for by your own key. I ask you before each one.
cost_so_far = About { $cost } so far.
cost_in_all = It cost about { $cost }.
cost_was_enough = I stopped early, to stay within { $most } for one search.
alarm_key_refused = ⚠️ { $network } refuses my key, so all searches there are paused. Please check the key in my settings. I try it now and then, and go on by myself once it works.
alarm_out_of_credit = ⚠️ My allowance at { $network } is used up, so all searches there are paused. Please top it up. I look now and then, and go on by myself once there is more.
alarm_down = ⚠️ { $network } has not answered for half an hour, so all searches there wait. I keep trying, and go on by myself.
alarm_over = ✓ { $network } answers me again. All searches go on.

done = ✓ { $who }: done in { $time }.
cancelled = { $who }: cancelled.
overruled = { $who }: cancelled by an administrator of this group.

no_such_account =
    There's no { $who } on { $network }. Check the spelling, or send me the link to the profile.
did_you_mean =
    There's no { $who } on { $network }. { $count ->
        [1] Did you mean this one?
       *[other] Did you mean one of these?
    }
name_found =
    Here is who I found for “{ $name }” on { $network }. { $count ->
        [1] Is it this one?
       *[other] Which one do you mean?
    }
name_known =
    { $count ->
        [1] This one I know on { $network }. If it isn't “{ $name }”, I can search for the name.
       *[other] These I know on { $network }. If “{ $name }” isn't among them, I can search for the name.
    }
name_costs =
    I don't know “{ $name }” yet, and searching { $network } by name isn't free. Shall I? Or send me the account itself, for example <code>@nasa</code>.
name_unknown =
    I found nobody called “{ $name }” on { $network }. Send me the account itself, for example <code>@nasa</code>, or the link to its profile.
name_not_searched =
    I can't search { $network } by name. Send me the account itself, for example <code>@nasa</code>, or the link to its profile.
suspended =
    { $network } has suspended { $who }, so there is nothing to see. Try another account.
deactivated =
    { $who } has deactivated the account on { $network }, so there is nothing to see. Try another account.
opted_out =
    { $who } asks { $network } not to be shown to strangers or read by programs, and I keep to that. Try another account.
private =
    { $who } is private, so I can't see who follows it. Send me a public account, or ask again when it has become one.
no_followers =
    { $who } has no followers yet, so there is nobody to compare. Try an account that is followed.
hidden_followers =
    { $network } doesn't show me who follows { $who }. Try another account.
shut_out =
    The server of { $who } shows nothing to strangers, so I can't look there. Try another account.
nothing_readable =
    None of the followers of { $who } show who else they follow, so there's nothing to compare. Try an account with more followers.
nothing_shared =
    The followers of { $who } have no other account in common. Try an account with more followers.
no_answer =
    I couldn't get an answer from { $network } about { $who }, so I gave up. Please try again later.
no_such_server =
    I can't find the server of { $who }. Check the spelling, or send me the link to the profile.
server_lost =
    The server of { $who } does not answer, so I stopped. Please send it again later.
foreign_server =
    The server of { $who } is there, but it doesn't answer as { $network } does: it may run something else, or let nobody look without an account. Try somebody on another server.
servers_spent =
    { $network } is made of many servers, and I ask only so many new ones a day for one person. That of { $who } would be one more: please send it again tomorrow.
lost =
    Sorry, a disk problem on my side lost what I'd found about { $who }. Please send it again.
already_running = I'm already on { $who } for you:
taken_deeper = All right, I go on with { $who }, now { $depth }:
too_many =
    You already have { $limit ->
        [one] one search
       *[other] { $limit } searches
    } running, and that's the limit. Send { $who } again when one is done, or stop one with /cancel.
quota =
    { $limit ->
        [one] You may start one search
       *[other] You may start { $limit } searches
    } a day, and that's done for today. Send { $who } again in { $time }.
looked_up_enough =
    You have had me look up so many accounts on { $network } today that I stop here: each look-up costs money. Send { $who } again in { $time }.
key_gone =
    I stopped looking for accounts like { $who }: that search went by your own key for { $network }, and the key is gone. Send { $who } again to search with the shared key.
draining =
    I'm not taking new searches right now; running ones will finish. Please send { $who } again later.
left_alone =
    The owner of { $who } has asked to be left alone here, and I keep to that. Try another account.
paused = ⏸ The people who run this bot have paused searches. Yours will continue when they resume.
out_of_room = ⏸ I've hardly any room left to keep what I read, so this waits. I'll continue once there's more.
not_for_you =
    Sorry, this bot is invite-only. To get in, send its owner your Telegram ID: <code>{ $number }</code>.

results = <b>Accounts like { $who } on { $network }</b>
results_so_far = <b>Accounts like { $who } on { $network }, so far</b>
as_of = I looked { $age }.
card_caption = The closest to { $who }, at a glance
row =
    <b>{ $name }</b> · { $who } · { $followers ->
        [one] { $followers } follower
       *[other] { $followers } followers
    }
row_unnamed =
    { $who } · { $followers ->
        [one] { $followers } follower
       *[other] { $followers } followers
    }
row_unsized = <b>{ $name }</b> · { $who }
row_unnamed_unsized = { $who }
row_score = <b>{ $score }</b>
row_score_sure = <b>{ $score }</b> ✓
row_shares = { $part }% of { $handle }’s followers · { $own }% of its own
row_share_of_target = { $part }% of { $handle }’s followers
about_bio = <i>{ $bio }</i>
about_person = Probably a person ({ $share }%)
about_organisation = Probably an organisation ({ $share }%)
about_kind_because = { $kind }: { $because }
about_kind_told = { $network } says: { $kind }
about_kind_set = Set by this bot’s operator: { $kind }
about_kind_says = In its own words, “{ $words }”: { $kind }
about_score = <b>{ $score }</b> ({ $interval })
about_score_counted = <b>{ $score }</b>
about_share = { $part }% of { $who }’s followers follow it too ({ $shared } of { $all }).
about_own_share = { $own }% of its own followers follow { $who }.
about_examples = Some who follow both: { $names }
left_out = Your filter leaves out { $count } of { $all }.
people_only = People only, which leaves out { $count } of { $all }. “?” may be a person or not.
organisations_only = Organisations only, which leaves out { $count } of { $all }. “?” may be an organisation or not.
only_compared = Shown: { $kinds }. “?” may be one or not.
nothing_left = No account fits this filter.
short_list =
    <b>A short list</b>: only { $count ->
        [one] one account
       *[other] { $count } accounts
    } could be compared, so take it with a grain of salt.
listed_all =
    { $listed ->
        [one] I listed the only follower.
       *[other] I listed all { $listed } followers.
    }
listed = I listed { $listed } of { $total } followers.
listed_newest = I listed the newest { $listed } of { $total } followers, and all of this is about them only.
listed_partly = I listed { $listed } of { $total } followers; { $network } didn't give me the rest.
lists_read =
    { $read ->
        [one] I could read who else it follows.
       *[other] I could read who else all { $read } of them follow.
    }
lists_read_partly = I could read who else { $read } of them follow; of the others { $others }.
sampled = I picked { $tried } of them at random, and read who else they follow.
sampled_partly = I picked { $tried } of them at random, and could read who else { $read } of them follow; of the others { $others }.
unread_skipped =
    { $count ->
        [one] { $count } follows
       *[other] { $count } follow
    } too many accounts to tell me much
unread_private =
    { $count ->
        [one] { $count } is private
       *[other] { $count } are private
    }
unread_gone =
    { $count ->
        [one] { $count } is gone
       *[other] { $count } are gone
    }
unread_failed = { $count } gave no answer
lists_broken_off =
    { $count ->
        [one] One of the lists was cut short; I used what I got.
       *[other] { $count } of the lists were cut short; I used what I got.
    }
profiles_missing =
    { $missing ->
        [one] I couldn't look up one account that many of them follow.
       *[other] I couldn't look up { $missing } accounts that many of them follow.
    }
among_the_looked_up =
    <b>Not all are in yet</b>: { $count ->
        [one] this is the one account that I looked up.
       *[other] these are the best of the { $count } accounts that I looked up.
    }
completed = ✓ { $who }: I have looked up more accounts, and the list is up to date.
first_impression = <b>First impression</b>: the order may still change.
settling = <b>Settling</b>: a few of the first ten may still change.
settled = <b>Settled</b>: reading more would hardly change the first ten.
settled_by_all =
    <b>Settled</b>: { $read ->
        [one] the only follower was read.
       *[other] all { $read } followers were read.
    }
press_deeper = Press “Deeper” to make it firmer.
press_complete = Press “Look up the rest too” for the others.
small_print = <blockquote expandable>{ $text }</blockquote>
may_follow_others =
    { $one_in ->
        [1] Most
        [2] About half
        [3] About a third
        [4] About a quarter
        [5] About a fifth
       *[6] About a sixth
    } of the followers I tried went unread; they may follow other accounts.
beyond_the_first = From place { $place } on, this is the order of those I looked up; others could belong there.
sure = ✓ is very likely in the top { $places }.
precision = With 95% certainty the first { $places } together score at most { $percent }% less than the best { $places } there are.
confirmed =
    { $count ->
        [one] I double-checked one close call against its full follower list.
       *[other] I double-checked { $count } close calls against their full follower lists.
    }
saved =
    { $requests ->
        [one] One more was
       *[other] { $requests } more were
    } not needed: earlier searches had read the same.
hurried = It took too long, so I went on with what I had.
stored_enough = I stopped early: the lists here are so long that I don't keep any more for one search.
effort =
    { $requests ->
        [one] { $requests } request
       *[other] { $requests } requests
    } in { $time }.
sizes_untold = I'm not told how many followers these accounts have, so I can't weigh that.
some_sizes_untold =
    I'm not told how many followers { $count ->
        [one] one of them has
       *[other] { $count } of them have
    }.
ordered_by = { $measure }: { $meaning }.
file =
    { $count ->
        [one] The one account
       *[other] All { $count } accounts
    }, in the order of your list
file_name = similar-to-{ $account }
compared_file = compared-{ $accounts }
file_compared = { $names } compared
file_failed = I couldn't send the file. /result sends everything again.
no_files_here = I may not send files here. An administrator of this group can allow it.
result_is_gone = I no longer have the result for { $who }. Send me the name and I'll look again.

key_how =
    With a key of your own, your searches don't wait for anybody else's. Send me, in a private chat:

    { $lines }

    I delete your message at once, keep the key sealed, show it to nobody, and use it for your searches only. <code>/key NETWORK forget</code> takes it back.
key_line = <code>/key { $name } YOUR_KEY</code> – for { $network }, from { $page }
key_how_for =
    You have no key of your own for { $network } here. You get one at { $page }. Send it to me within ten minutes, or later as <code>/key { $name } YOUR_KEY</code>.
key_which = Which network is it for? Send me its name, and I'll tell you how to get a key.
keys_there = You have given me a key for { $networks }.
keys_not_needed = None of the networks that I'm connected to takes keys, so there is nothing to give.
key_not_needed = { $network } is free for all, so no key is needed there.
key_is_there =
    I have a key of yours for { $network }, and your searches go by it. To change it, send me a new one; <code>/key { $name } forget</code> takes it back.
key_is_tried =
    I have a key of yours for { $network } and am still trying it. Until it works, your searches go by the shared key. To change it, send me a new one; <code>/key { $name } forget</code> takes it back.
key_in_group =
    Never send a key to a group: whoever has read it can use it. Please delete your message if it's still there, revoke that key, and send me a new one in private.
key_again = I couldn't read that, and have deleted your message to be safe. Please send it again.
key_unread = That looks like a key, so I haven't kept it. How to give me one: /key. If it's an account, send me the link to its profile.
key_tried = I've deleted your message and am trying your key for { $network }…
key_works = ✓ Your { $network } key works. From now on your searches there use it, and wait for nobody.
key_works_for =
    ✓ { $network } takes your key, and tells that it's good for { $requests ->
        [one] { $requests } more request
       *[other] { $requests } more requests
    } for now. Your searches there go by it, and wait for nobody.
key_refused_own =
    { $network } still doesn't take your key, so I've erased it, and stopped the searches that went by it. Please check it and send it again. What you search for until then goes by the shared key.
key_out_of_credit_own =
    The credit of your key for { $network } is used up, so I've erased it, and stopped the searches that went by it. When there is more, send me the key again. What you search for until then goes by the shared key.
key_unreplaced = Your new key for { $network } doesn't work, so I've erased it. Your searches go on with the earlier one.
key_neither_works = Your new key for { $network } doesn't work either, so I've erased it. I'm still trying the earlier one.
key_lost = I can't use your key for { $network } any more, since I've been set up anew. So I've erased it, and stopped the searches that went by it. Please send it again.
key_doubted = { $network } refuses your key at the moment. I'll try it once more in a few minutes; if it's the wrong one, just send me the right one.
key_taken_back = Your key for { $network } is erased, and the searches that went by it are stopped. What you search for there from now on goes by the shared key.
key_was_not_there = I have no key of yours for { $network }.
shared =
    Whoever opens this link gets the result for @{ $handle }, without your name:
    { $link }
unshared = The link to the result for @{ $handle } no longer works.
shared_comparison =
    Whoever opens this link gets the comparison of { $names }, without your name:
    { $link }
unshared_comparison = The link to the comparison of { $names } no longer works.
share_gone = There is nothing behind that link any more. Send me an account, and I'll look.
forget_question =
    I'll stop your searches and erase everything about you: what you asked for, your results here, what you watch, your settings, your keys. Only how much was asked for today is kept until midnight (UTC), as a number that names nobody. This can't be undone. My messages stay in this chat until you delete them.
forgotten = Done: everything about you is erased. If you write again, we'll start from scratch.

again_whom = Which account shall I look at again?
which_result = Which result shall I send?
send_name = Send me its name, for example <code>@nasa</code>.
press_or_send = Press one, or send me another name.
reply_name = Reply to this with its name.
press_or_reply = Press one, or reply to this with another name.
history =
    { $count ->
        [one] Your one result here. Press to see it again:
       *[other] Your results here, { $count } in all, the newest first. Press one to see it again:
    }
compare_with_whom = With which account shall I compare @{ $handle }?
compare_whom =
    Which accounts shall I compare? Two to five, all of one network, for example <code>@nasa @esa</code>.
compare_which = Which accounts shall I compare? Press two, or send me two to five names.
compare_networks =
    I can only compare accounts of one network, since it takes followers who could follow both. Yours are { $names }.
comparing_soon =
    I'll compare { $names }. First I search for what I don't have yet; the comparison follows.
comparing_deeper = What is under way already goes { $depth } now.
compared = <b>{ $names } compared</b>
compared_caption = { $names } side by side
closest_pair =
    Closest pair: { $one } and { $other } ({ $count ->
        [one] { $count } person follows both
       *[other] { $count } people follow both
    }).
closest_pair_about =
    Closest pair: { $one } and { $other } (about { $count ->
        [one] { $count } person follows both
       *[other] { $count } people follow both
    }).
pairs_alike = The pairs hardly differ: none is clearly closer than the others.
pairs_unknown = Which pair is the closest can't be told: too many of the lists of followers are too long to be read whole.
audience =
    • { $who } · { $followers ->
        [one] { $followers } follower
       *[other] { $followers } followers
    }: { $share }% also follow { $other }
in_both =
    { $count ->
        [0] Nobody follows both.
        [one] { $count } person follows both.
       *[other] { $count } people follow both.
    }
in_both_about =
    { $count ->
        [0] Hardly anybody follows both.
        [one] About { $count } person follows both.
       *[other] About { $count } people follow both.
    }
in_both_unknown = How many follow both can't be told: both lists of followers are too long to be read whole.
close_to_all =
    { $audiences ->
        [2] <b>Closest to both</b>
       *[other] <b>Closest to all of them</b>
    }
nobody_close = There is no account that people follow in all of these audiences, as far as I've looked.
share_in = { $handle } { $share }%
own = Followed more by those who follow { $who }: { $names }
own_one = { $who } ({ $own }% against { $others }%)
compared_counted = Counted among all their followers who show whom they follow.
compared_estimated = Estimated from a sample of their followers.
read_of = { $read } of { $listed } for { $handle }
read_of_newest = { $read } of the newest { $listed } for { $handle }
compared_basis = Followers read: { $read }.
compared_newest = Where a list was too long to be read whole, all is said of its newest followers.
compared_both_between = Almost surely, between { $low } and { $high } people follow both.
compared_shares_between = Where the shares of all followers almost surely lie: { $shares }.
compared_share_between = { $low }–{ $high }% for { $handle }
compared_closest = The closest pair has the most who follow both, of all who follow either; I name one only if its lead is more than chance (wrong in fewer than one of twenty comparisons).
compared_more = I name accounts as followed more only if the difference is more than chance (wrong in fewer than one of twenty comparisons).
compared_missing = Left out, since I have no result: { $names }.
compared_with_itself = These are one and the same account. Send me two different ones.
comparison_is_gone = I no longer have this comparison. Send me the names again with /compare.
nothing_to_compare = There is nothing to compare: it takes two accounts, and I have no result for { $names }.
changes = <b>What has changed for { $who } since { $since }</b>
nothing_has_changed = No real change.
went_further = This look went further than the last one, so the list is surer now.
lists_not_read_again = (Lists I read in the last { $time } were reused.)
changed_new = New in the first 20: { $names }
changed_gone = No longer among them: { $names }
changed_up = Up: { $names }
changed_down = Down: { $names }
watching =
    I'll look at { $who } anew every { $days ->
        [7] week
        [30] month
       *[other] { $days } days
    }, next on { $next }, and tell you here what has changed. /watch shows all that you watch.
watched =
    • { $who } every { $days ->
        [7] week
        [30] month
       *[other] { $days } days
    }, next on { $next }
all_watched =
    You watch:
    { $lines }
nothing_watched =
    You watch nothing yet. <code>/watch @nasa</code> looks at an account anew every week, <code>/watch @nasa monthly</code> every month, and tells you what has changed.
which_to_unwatch = Which one shall I stop watching?
too_many_watched = You watch { $limit } accounts already, and more I can't do. End one first: /watch
moved = { $who } ({ $before } → { $after })

nothing_under_way = You have no search under way. Send me an account, for example <code>{ $example }</code>.
finished_lately = Finished: { $names }. /result sends the latest again.
no_result = There's no result here yet. Send me an account, for example <code>{ $example }</code>.
no_result_for = I have no result for { $who } here. Shall I look?
not_ready = { $who } isn't ready yet:
which_to_cancel = Which one shall I stop?
not_under_way = I'm not searching for { $who }, so there's nothing to stop.
stopped = Stopped: { $names }.

which_language = Which language shall I speak here?
no_such_language = I don't speak “{ $word }” yet.
language_chosen = From now on I speak English here.
which_network = Where should I look first when you send just a name? The others stay at hand, as buttons.
only_network = I'm connected to { $network } only, so there is nothing to choose.
no_such_network = I don't know a network called “{ $word }”.
network_is_off = I'm not connected to { $network }.
network_chosen = From now on I'll look on { $network } first when you send just a name.

millions = { $number }M
thousands = { $number }K
dollars = ${ $amount }
seconds = { $seconds } s
minutes = { $minutes } min
hours = { $hours } h
hours_and_minutes = { $hours } h { $minutes } min
days =
    { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
days_and_hours =
    { $days ->
        [one] { $days } day
       *[other] { $days } days
    } { $hours } h
a_second = { $count } a second
a_minute = { $count } a minute
an_hour = { $count } an hour
a_day = { $count } a day
just_now = just now
minutes_ago = { $minutes } min ago
hours_ago =
    { $hours ->
        [one] { $hours } hour
       *[other] { $hours } hours
    } ago
days_ago =
    { $days ->
        [one] { $days } day
       *[other] { $days } days
    } ago

button_cancel = Cancel
button_cancel_one = Cancel @{ $handle }
button_cancel_all = Cancel all
button_refresh = Refresh
button_so_far = Show what there is
button_again = Search again
button_enough = Enough
button_deeper = Deeper
button_elsewhere = On { $network }
button_guess =
    { $called } · { $followers ->
        [one] { $followers } follower
       *[other] { $followers } followers
    }
button_by_name = Search by name
button_complete = Look up the rest too
button_costs = { $label }: about { $cost }
button_free = { $label }: free
button_chosen = • { $label }
button_page = { $page } / { $pages }
button_share = Share
button_result = @{ $handle } · { $depth } · { $moment }
button_result_on = @{ $handle } · { $network } · { $depth } · { $moment }
button_compared = { $names } compared · { $moment }
compared_others = { $names } +{ $more }
button_account = @{ $handle }
button_account_on = @{ $handle } · { $network }
button_search = Search @{ $handle }
button_watch = Watch { $label }
button_watch_this = Watch
button_compare = Compare
button_picture = Picture
button_list = List of { $handle }
button_weekly = Weekly
button_monthly = Monthly
button_stop_watching = Stop watching
button_unwatch = Stop watching @{ $handle }
answer_unwatched = You no longer watch @{ $handle }.
answer_not_watched = You no longer watch that.
button_analyse = Find accounts like this one
button_open = Open on { $network }
button_unshare = Take the link back
answer_failed = That didn't work. Please try again.
button_filter = Filter
page_kinds = People or organisations
button_kinds_all = All
button_people = 👤 People
button_organisations = 🏢 Organisations
button_order = Order: { $measure }
button_details = Details
button_files = Files
button_back = Back
button_no_minimum = No minimum
button_no_maximum = No maximum
button_at_least = ≥ { $size }
button_at_most = ≤ { $size }
button_unverified = Hide verified
button_web_page = Web page
answer_file = Here it comes.
offer_title = @{ $handle } · { $network }
offer_about = { $names } · { $day }
offer_search = Search for @{ $handle }
button_open_shared = See all of it
button_open_bot = Find similar accounts
day_and_month =
    { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    }
date = { day_and_month } { $year }
moment = { day_and_month }, { $time }
card_heading = Accounts like { $handle }
card_followers =
    { $count ->
        [one] follower
       *[other] followers
    }
card_read =
    { $count ->
        [one] follower read
       *[other] followers read
    }
card_compared =
    { $count ->
        [one] account compared
       *[other] accounts compared
    }
card_number = { $number }
card_size = { $size }
card_row_size =
    { $size ->
        [one] { $size } follower
       *[other] { $size } followers
    }
card_percent = { $share }%
card_interval = where it may lie
card_sure = very likely in the top { $places }
card_footer = Lookalike · { $network } · { $day }
card_footer_ordered = Lookalike · { $network } · order: { $measure } · { $day }
compared_heading = Audiences compared
compared_alone = none of these
compared_key = share of the row's followers who follow the column's account too
compared_key_both = follow both
compared_of = of { $handle }
compared_only = only { $handle }
page_search = Name or handle
page_place = #
page_account = Account
page_followers = Followers
page_least = Followers at least
page_most = Followers at most
page_any = Any
page_part = { $part } of { $whole }
page_interval = { $low }–{ $high }%
page_between = { $low }–{ $high }
page_intervals = 95% interval
page_verified = verified by { $network }
sheet_table = Table
sheet_matrix = Who follows whom
sheet_alone = none of the others
sheet_close = Close to all
sheet_own = Followed more
sheet_own_by = Followed more by { $handle }
sheet_followers_of = Followers of
sheet_checked = Followers checked
sheet_checked_follow = Of those checked, follow it too
sheet_counted_follow = Of all followers, follow it too (where they were counted)
sheet_place = Place
sheet_name = Name
sheet_share = Share of the followers who follow it too
sheet_share_least = The share is at least this (95% interval)
sheet_share_most = The share is at most this (95% interval)
sheet_bio = Bio
sheet_verified = Verified
sheet_kind = Person or organisation (guessed from its words)
sheet_kind_probability = How likely that is
sheet_kind_because = Words that decided it
kind_person = person
kind_organisation = organisation
kind_bot = bot
kind_fan_page = fan page
kind_parody = parody
kind_unofficial = unofficial
kind_news = news
kind_memes = memes
sheet_link = Link to the profile
sheet_sure = Very likely in the top { $places }
sheet_read = Of { $count } followers checked, follow it too
sheet_counted = Of all { $count } followers, follow it too (where they were counted)
sheet_id = Id, after an apostrophe that keeps all its digits
sheet_yes = yes
measure_peers = Peers
measure_niche = Niche
measure_balanced = Balanced
measure_count = Most followed
heading_peers = Overlap
heading_niche = Of its own
heading_balanced = Match
heading_count = Shared
score_peers = { $share }% overlap
score_niche = { $share }% of its followers
score_balanced = { $share }% match
score_count = { $count } shared
score_count_about = about { $count } shared
score_between = between { $low } and { $high }
meaning_peers = of all who follow either account, how many follow both
meaning_niche = how large a part of its own followers is shared (very small accounts are held back a little)
meaning_balanced = shared followers, adjusted for the size of both accounts
meaning_count = how many followers are shared
card_shares = { $part }% · { $own }%
card_shares_meaning = who follow both: of { $handle }’s followers · of its own
page_shares = { row_shares }
page_share_of_target = { row_share_of_target }
depth_quick = quick
depth_normal = normal
depth_deep = deep
depth_settled = settled
depth_full = full
button_forget = Yes, erase everything
answer_forgotten = Everything is being erased.
answer_cancelled = @{ $handle } is cancelled.
answer_cancelled_all =
    { $count ->
        [one] One search is cancelled.
       *[other] { $count } searches are cancelled.
    }
answer_nothing = You have no search under way.
answer_finished = The search for @{ $handle } has already finished.
answer_enough = OK, stopping here. I'll send what I have.
answer_deeper = All right: { $depth }.
answer_completing = All right, I look up the rest too.
answer_deepest = I'm already reading every follower.
answer_elsewhere = Looking for @{ $who } on { $network }.
answer_by_name = Looking for “{ $name }” on { $network }.
answer_searched = I have searched for that name already: see further down.
answer_gone = That button has expired. Please send me the account again.
answer_too_fast = Too much at once. Please press again in { $time }.
answer_not_yours = Only the person who asked can do that.
answer_not_yours_here = Only the person who asked can do that, or an administrator of this group.
not_yours_to_end = Only the person who asked can stop that, or an administrator of this group.
unknown_who_runs_it = I couldn't find out whether you are an administrator of this group. Please try again.
answer_refreshing = Looking at @{ $handle } again.
answer_newer = There is a newer search for @{ $handle } further down.

menu_find = Find accounts like this one: /find @nasa
menu_status = How far your searches are
menu_cancel = Stop a search
menu_result = Send the latest result again
menu_again = Search for an account again: /again @nasa
menu_history = Your results here
menu_compare = Compare audiences: /compare @nasa @esa
menu_watch = Check an account every week: /watch @nasa
menu_key = Use your own API key for a network
menu_language = Change my language
menu_network = Where to look first
menu_help = How this works
menu_privacy = What is kept, and for how long
menu_forget = Erase everything about you
description =
    Send me an account on { $network }, and I find those most like it: the ones that the same people follow.

    For example: @nasa
short_description = Finds accounts like the one you send, on { $network }.

# For those who run the bot.
admin_head = <b>Lookalike</b> · { $clock } UTC
admin_runs = ▶ Running; started { $time } ago.
admin_drains = ⏏ Draining for { $time }: no new searches; running ones continue.
admin_paused = ⏸ Paused for { $time }: no requests to any network.
admin_out_of_room = ⏸ The disk is so full that all searches wait. They go on by themselves once there is room.
admin_network = • <b>{ $network }</b>: { $standing }. Requests: { $hour } this hour, { $day } today
admin_network_costs = • <b>{ $network }</b>: { $standing }. Requests: { $hour } this hour ({ $hour_cost }), { $day } today ({ $day_cost })
admin_unknown = not asked since the start
admin_works = works
admin_throttled = asks for a break, { $time } more
admin_down = does not answer
admin_key_refused = refuses the key
admin_out_of_credit = credit used up
admin_searches = Searches: { $parts }
admin_idle = No search under way
admin_active = { $count } running
admin_waiting = { $count } in line
admin_asking =
    { $count ->
        [one] { $count } waits for a yes to its price
       *[other] { $count } wait for a yes to their price
    }
admin_verifying = { $count } being looked up
admin_slowest = Slowest: { $who }, { $time }, at <code>{ $stage }</code>, { $waits }
admin_waits_operator = waits for you: the bot is paused
admin_waits_room = waits for room on the disk
admin_waits_word = waits for a word about its cost
admin_waits_turn = waits for its turn
admin_waits_network = waits for { $network }
admin_waits_nothing = moving
admin_lately = In 24 hours: { $people ->
        [one] { $people } person
       *[other] { $people } people
    }, { $analyses ->
        [one] { $analyses } search
       *[other] { $analyses } searches
    }
admin_errors =
    Errors since the start:
    { $lines }
admin_errors_of = • { $what }: { $kinds }
admin_error =
    { $kind ->
        [denied] key refused
        [out_of_credit] credit used up
        [throttled] asked to slow down
        [host_busy] a server asked for a break
        [host_failed] a server failed
        [host_lost] a server is silent
        [host_foreign] a server of another kind
        [host_unknown] no such server
        [hosts_spent] no more new servers today
        [bad_cursor] a next page refused
        [no_files] no more connections may be opened
        [unreachable] out of reach
        [withheld] a request held back
        [temporary] failed for a moment
        [garbled] an answer lost
        [incomplete] an answer with gaps
        [too_large] an answer too long
        [unexpected] an answer I don't understand
        [task_given_up] a request given up
        [task_panicked] a step crashed
        [answer_incomplete] parts of an answer unreadable
        [update_failed] a message to me not handled
        [message_dropped] Telegram refused a message
        [telegram_failed] a call to Telegram failed
        [telegram_slower] Telegram asked to slow down
       *[other] { $kind }
    }: { $count }
admin_no_errors = No errors since the start
admin_disk = Database: { $bytes }; { $free } free on the disk
admin_database = Database: { $bytes }
admin_memory = Memory: { $bytes }
left_alone_now = { $who } is left alone from now on: no searches for it, and it is shown to nobody.
not_left_alone = { $who } may be searched again.
was_not_left_alone = { $who } is not among those that I leave alone.
left_alone_by_settings = { $who } is in OPT_OUT, and can only be removed there.
all_left_alone = I leave alone: { $names }. To add one: <code>/optout ig:nasa</code>; to take one back: <code>/optin ig:nasa</code>.
nobody_left_alone = I leave nobody alone yet. To add one: <code>/optout ig:nasa</code>, with the network before the name.
kind_is_set = { $who } is shown as: { $kind }. This wins over what its network says and what I guess.
kind_is_not_set = { $who } is shown as before: as its network says, or as I guess.
kind_unknown = I don't know this kind. There are: { $kinds }.
kinds_set = Kinds set by hand: { $names }.
kind_set_one = { $who } ({ $kind })
kilobytes = { $number } kB
megabytes = { $number } MB
gigabytes = { $number } GB
button_run = Resume
button_drain = Drain
button_pause = Pause
answer_runs = Everything goes on.
answer_drains = Nothing new is taken from now on.
answer_paused = Nothing is asked of any network from now on.
alarm_disk = ⚠️ My disk is nearly full: { $free } left. Please make room; when there is hardly any, all searches wait.
alarm_disk_over = ✓ There is room on my disk again.
alarm_room = ⏸ There is so little room left on my disk, { $free }, that all searches wait. Please make room; I go on by myself then.
alarm_room_over = ✓ There is enough room on my disk to go on, so all searches do.
alarm_files = ⚠️ My system lets me open no more files or connections, so searches come to a halt. Please raise the limit (<code>ulimit -n</code>, or LimitNOFILE with systemd) and start me again.
alarm_files_over = ✓ I can open files and connections again.
alarm_database = ⚠️ I can't write to my database, so I'm shutting down. Please check the log and the disk; the next start continues from where I was.
alarm_database_over = ✓ My database takes writes again. All searches go on.
alarm_forgetting = ⚠️ What people asked me to erase is gone from my database, but not from the disk yet: writing the database anew failed. The log says why; if it is for lack of room, please make some. I try again once a day.
alarm_forgetting_over = ✓ What people asked me to erase is gone from the disk, too.
