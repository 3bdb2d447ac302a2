# Что бот говорит по-русски. Сообщения — HTML; то, что в них подставляется, уже экранировано.
# Обычный текст: кнопки, меню, ответы на нажатые кнопки.
# Бот говорит о себе без рода, а к людям обращается на «вы». [one] — это и 21, поэтому «один» пишется как [1].

start =
    Здравствуйте! Пришлите аккаунт в { $network }, и я найду самые похожие на него. Например:

    <code>@nasa</code>

    Я смотрю, кто на него подписан и на кого ещё подписаны эти люди. Это тысячи запросов, поэтому ответ занимает от нескольких минут до многих часов. По ходу дела показываю, сколько уже сделано, и пишу, когда всё готово.

    /help — что ещё я умею

help =
    Пришлите один или несколько аккаунтов в { $network } — именем или ссылкой:
    <code>@nasa</code>
    <code>{ $link }</code>

    Слова после имени задают глубину: <code>@nasa быстро</code> (200 подписчиков), <code>обычно</code> (800), <code>глубоко</code> (2{"\u202F"}000), <code>до ясности</code> (пока не станет ясно, кто на каком месте) или <code>полностью</code> (все).

    /status — как идут ваши поиски
    /cancel — остановить поиск: <code>/cancel @nasa</code> или <code>/cancel all</code>
    /result — последний результат ещё раз, или <code>/result @nasa</code>
    /again — посмотреть заново и увидеть, что изменилось: <code>/again @nasa</code>
    /compare — сравнить аудитории: <code>/compare @nasa @esa</code>
    /history — все ваши результаты здесь
    /watch — смотреть заново каждую неделю и рассказывать, что изменилось: <code>/watch @nasa</code>
    /network — в какой сети искать сначала, когда есть только имя
    /language — на каком языке мне говорить
    /key — искать по собственному ключу и никого не ждать
    /privacy — что я храню и как долго
    /forget — стереть всё о вас

    В группе: <code>/find @nasa</code> или упомяните меня вместе с именем аккаунта.

    Одновременно у вас может идти { $limit ->
        [one] { $limit } поиск
        [few] { $limit } поиска
       *[many] { $limit } поисков
    }. Аккаунты похожи, когда на них подписаны одни и те же люди.

help_anywhere = В любом другом чате <code>@{ $bot } nasa</code> отправит туда ваш результат.

privacy =
    <b>Что я храню</b>
    • Кто вы в Telegram (идентификатор, а не телефон), чат, его язык и сеть, и о каких аккаунтах вы спрашивали — чтобы отвечать вам.
    • Ваши сообщения — только пока не прочитаю.
    • Ключи сетей, которые вы мне дали, — запечатанными, пока не заберёте.
    • То, что в { $network } видно всем: кто на кого подписан и открытые профили.

    Ключи и наблюдения хранятся, пока вы их не отмените; всё остальное удаляется через { $days ->
        [1] день
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }, а /forget сразу стирает всё о вас, с диска — в течение суток. Я читаю только то, что видно каждому, и никому ничего не передаю.

not_understood =
    Не вижу здесь аккаунта. Пришлите имя аккаунта в { $network } или ссылку на него, например <code>@nasa</code>.

no_such_command =
    Такой команды я не знаю. Пришлите аккаунт, например <code>@nasa</code>, или загляните в /help.

several_words =
    Это аккаунты? Тогда пришлите их так:
    <code>{ $handles }</code>

not_an_account =
    { $word } не ведёт к аккаунту. Пришлите имя аккаунта или ссылку на профиль, например <code>@nasa</code>.

both_of = { $first } и { $last }
either = { $first } или { $last }

elsewhere =
    Сайта { $host } я не знаю. Пришлите аккаунт в { $network } или ссылку на профиль.

switched_off =
    Поиск в { $network } здесь не подключён. Пришлите аккаунт в { $others }.

only_the_first =
    Здесь { $count ->
        [one] { $count } аккаунт
        [few] { $count } аккаунта
       *[many] { $count } аккаунтов
    }, а за один раз я беру { $taken }: вот первые, остальные пришлите позже.

find_whom =
    Какой аккаунт? Например: <code>/find @nasa</code>

who_asks =
    Когда пишут от имени группы или канала, мне не видно, кто спрашивает. Напишите от своего имени, и я отвечу.

failed =
    У меня что-то сломалось. Пожалуйста, пришлите это ещё раз.

too_fast =
    Слишком много сообщений сразу. Подождите { $time } и пришлите ещё раз то, на что я не отвечу.

name = { $who }
name_on = { $who } ({ $network })
looking_up = Ищу { $who } в { $network }…
about = <b>{ $who }</b>
about_followed =
    <b>{ $who }</b> · { $followers ->
        [one] { $followers } подписчик
        [few] { $followers } подписчика
       *[many] { $followers } подписчиков
    }
place =
    { $place ->
        [1] Ваш поиск — следующий: начну, как только освободится место
       *[many] Место в очереди: { $place }
    }
listing = Шаг 1 из 3: собираю подписчиков
reading = Шаг 2 из 3: смотрю, на кого они подписаны
so_far =
    <b>Пока что</b>, по { $read ->
        [one] { $read } подписчику
       *[many] { $read } подписчикам
    }{ $precision ->
        [0] :
        [100] :
       *[many]; эти аккаунты ещё могут уступать другим до { $precision }%:
    }
suggested = <b>А пока</b> вот кого предлагает сам { $network }: { $names }
so_far_row = { $place }. { $who }
counting = Шаг 3 из 3: считаю, что у них общего
comparing = Шаг 3 из 3: знакомлюсь с аккаунтами, на которые они подписаны
confirming = Шаг 3 из 3: проверяю подписчиков самых похожих
ordering = Шаг 3 из 3: расставляю по местам
progress = { $bar } { $percent }% · { $done } из { $total }
time_left = Осталось примерно { $time }
time_left_between = Осталось { $earliest } — { $latest }
effort_left =
    { $done } из примерно { $all ->
        [one] { $all } запроса
       *[many] { $all } запросов
    }, по { $rate }
effort_shared =
    { $done } из примерно { $all ->
        [one] { $all } запроса
       *[many] { $all } запросов
    }, по { $rate } на всех: идёт ещё { $others ->
        [one] { $others } поиск
        [few] { $others } поиска
       *[many] { $others } поисков
    }
spent = Запросов сделано: { $requests }
together =
    <b>{ $count ->
        [one] Идёт { $count } поиск
        [few] Идут { $count } поиска
       *[many] Идёт { $count } поисков
    }</b>
together_line = • { $who }: { $state }
together_more = …и ещё { $count }
together_over = Эти поиски закончены.
brief_looking_up = ищу аккаунт
brief_asks = платно, жду вашего решения
brief_place =
    { $place ->
        [1] следующий в очереди
       *[many] место в очереди: { $place }
    }
brief_step = шаг { $step } из 3
brief_part = { $percent }%
brief_paused = пауза
brief_left = осталось примерно { $time }
brief_left_between = осталось { $earliest } — { $latest }
asked_to_wait = ⏸ { $network } просит сделать паузу. Через { $time } всё продолжится само.
out_of_reach = ⏸ { $network } сейчас не отвечает. Я пробую снова и снова, и всё продолжится само.
key_refused = ⏸ Пауза: { $network } сейчас не принимает мой ключ. Исправить это могут те, кто меня запускает; дальше всё продолжится само.
own_key_refused = ⏸ Пауза: { $network } сейчас не принимает ваш ключ. Через несколько минут попробую ещё раз и напишу, что вышло.
out_of_credit = ⏸ Пауза: мой лимит в { $network } исчерпан. Как только он пополнится, всё продолжится само.
spent_today =
    Всё, что можно потратить в { $network } за день, потрачено. Продолжу после полуночи (UTC), через { $time }.
cost_question =
    Поиск в { $network } платный: сервис, через который я ищу, берёт деньги за ответы. Насколько глубоко искать?
cost_question_own =
    Поиск в { $network } платный: за ответы платит ваш собственный ключ. Насколько глубоко искать?
too_dear =
    { $who } мне не по карману: поиск в { $network } платный, и даже самый быстрый взгляд обойдётся примерно в { $cost }. Здесь один поиск может стоить не больше { $most }. Аккаунт с меньшим числом подписчиков может обойтись дешевле.
cost_so_far = Потрачено примерно { $cost }.
cost_in_all = Это обошлось примерно в { $cost }.
cost_was_enough = Поиск остановлен раньше: здесь он может стоить не больше { $most }, а до этого оставалось совсем немного.
alarm_key_refused = ⚠️ { $network } не принимает мой ключ, все поиски там стоят. Пожалуйста, проверьте ключ в моих настройках. Я время от времени пробую снова и продолжу, как только он заработает.
alarm_out_of_credit = ⚠️ Мой лимит в { $network } исчерпан, все поиски там стоят. Пожалуйста, пополните его. Я время от времени проверяю и продолжу, как только будет чем платить.
alarm_down = ⚠️ { $network } не отвечает уже полчаса, все поиски там ждут. Пробую дальше; всё продолжится без напоминаний.
alarm_over = ✓ { $network } снова мне отвечает. Все поиски продолжаются.

done =
    ✓ { $who }: готово. В сравнении { $accounts ->
        [one] { $accounts } аккаунт
        [few] { $accounts } аккаунта
       *[many] { $accounts } аккаунтов
    }, по данным { $read } из { $total ->
        [one] { $total } подписчика
       *[many] { $total } подписчиков
    }; { $requests ->
        [one] { $requests } запрос
        [few] { $requests } запроса
       *[many] { $requests } запросов
    } за { $time }.
done_before =
    ✓ { $who }: результат уже есть, он получен { $age }. В сравнении { $accounts ->
        [one] { $accounts } аккаунт
        [few] { $accounts } аккаунта
       *[many] { $accounts } аккаунтов
    }, по данным { $read } из { $total ->
        [one] { $total } подписчика
       *[many] { $total } подписчиков
    }.
cancelled = { $who }: поиск отменён.
overruled = { $who }: поиск отменён администратором группы.

no_such_account =
    Аккаунта { $who } в { $network } нет. Проверьте, нет ли опечатки, или пришлите ссылку на профиль.
suspended =
    Аккаунт { $who } в { $network } заблокирован, смотреть там нечего. Попробуйте другой.
deactivated =
    Аккаунт { $who } в { $network } отключён владельцем, смотреть там нечего. Попробуйте другой.
opted_out =
    Владелец аккаунта { $who } просит { $network } не показывать его посторонним и программам, и я это соблюдаю. Попробуйте другой.
private =
    { $who } — закрытый аккаунт, его подписчиков не видно. Пришлите открытый или спросите снова, когда этот откроется.
no_followers =
    У { $who } пока нет подписчиков, сравнивать не с чем. Попробуйте аккаунт, на который кто-нибудь подписан.
hidden_followers =
    { $network } не показывает мне, кто подписан на { $who }. Попробуйте другой аккаунт.
shut_out =
    Сервер, на котором { $who }, ничего не показывает посторонним, и посмотреть я не могу. Попробуйте другой аккаунт.
nothing_readable =
    Никто из подписчиков { $who } не показывает, на кого ещё подписан, и сравнивать не с чем. Попробуйте аккаунт, у которого подписчиков больше.
nothing_shared =
    У подписчиков { $who } нет других общих подписок. Попробуйте аккаунт, у которого подписчиков больше.
no_answer =
    { $network } слишком долго ничего не отвечает о { $who }, поэтому поиск остановлен. Пожалуйста, пришлите аккаунт позже ещё раз.
lost =
    Всё, что удалось узнать о { $who }, больше не читается: подвёл мой диск. Пожалуйста, пришлите аккаунт ещё раз.
already_running = Поиск по { $who } для вас уже идёт:
too_many =
    У вас уже { $limit ->
        [one] идёт { $limit } поиск
        [few] идут { $limit } поиска
       *[many] идёт { $limit } поисков
    }, больше одновременно не получится. Пришлите { $who } ещё раз, когда один из них закончится, или остановите лишний: /cancel.
quota =
    За сутки можно начать не больше { $limit ->
        [one] { $limit } поиска
       *[many] { $limit } поисков
    }, и сейчас этот предел исчерпан. Пришлите { $who } ещё раз через { $time }.
looked_up_enough =
    Сегодня вы проверили в { $network } столько аккаунтов, что на этом я остановлюсь: каждая проверка платная. Пришлите { $who } ещё раз через { $time }.
key_gone =
    Поиск похожих на { $who } остановлен: его оплачивал ваш ключ для { $network }, а он больше не работает. Пришлите { $who } ещё раз, и поиск пойдёт по общему ключу.
draining =
    Новые поиски я сейчас не начинаю, начатые доводятся до конца. Пожалуйста, пришлите { $who } позже.
left_alone =
    Владелец { $who } просит не трогать его аккаунт здесь, и я это соблюдаю. Попробуйте другой.
paused = ⏸ Поиск приостановлен владельцами бота. Всё продолжится само, как только паузу снимут.
not_for_you =
    Извините, этот бот открыт не для всех. Чтобы получить доступ, сообщите тому, кто его ведёт, свой номер в Telegram: <code>{ $number }</code>.

results = <b>Похожие на { $who }</b>
card_caption = Ближе всех к { $who }
row =
    { $place }. <b>{ $name }</b> · { $who } · { $followers ->
        [one] { $followers } подписчик
        [few] { $followers } подписчика
       *[many] { $followers } подписчиков
    }
row_unnamed =
    { $place }. { $who } · { $followers ->
        [one] { $followers } подписчик
        [few] { $followers } подписчика
       *[many] { $followers } подписчиков
    }
row_unsized = { $place }. <b>{ $name }</b> · { $who }
row_unnamed_unsized = { $place }. { $who }
row_share =
    { $shared } из { $read ->
        [one] { $read } проверенного подписчика
       *[many] { $read } проверенных подписчиков
    } { $shared ->
        [one] подписан
       *[many] подписаны
    } и на него ({ $share }%, { $low }–{ $high }%)
row_share_confirmed =
    { $shared } из { $listed ->
        [one] { $listed } собранного подписчика
       *[many] всех { $listed } собранных подписчиков
    } { $shared ->
        [one] подписан
       *[many] подписаны
    } и на него ({ $share }%)
row_share_of_all =
    { $shared } из { $read ->
        [one] { $read } подписчика
       *[many] { $read } подписчиков
    } { $shared ->
        [one] подписан
       *[many] подписаны
    } и на него ({ $share }%)
row_sure = ✓
about_bio = <i>{ $bio }</i>
about_share = Из тех, кто подписан на { $who }:
about_examples = Например: { $names }
left_out = Фильтр скрывает { $count } из { $all }.
nothing_left = Под этот фильтр никто не подходит.
short_list =
    Сравнить удалось только { $count ->
        [1] один аккаунт
        [one] { $count } аккаунт
        [few] { $count } аккаунта
       *[many] { $count } аккаунтов
    }, так что на этот список лучше не слишком полагаться.
listed_all =
    { $listed ->
        [1] В списке единственный подписчик.
        [one] В списке все { $listed } подписчик.
        [few] В списке все { $listed } подписчика.
       *[many] В списке все { $listed } подписчиков.
    }
listed =
    В списке { $listed } из { $total ->
        [one] { $total } подписчика
       *[many] { $total } подписчиков
    }.
listed_newest =
    В списке { $listed } из { $total ->
        [one] { $total } подписчика
       *[many] { $total } подписчиков
    }, самые новые, и всё это — только о них.
listed_partly =
    В списке { $listed } из { $total ->
        [one] { $total } подписчика
       *[many] { $total } подписчиков
    }; остальных { $network } не показывает.
lists_read =
    { $read ->
        [1] Его подписки прочитаны.
       *[many] Подписки прочитаны у всех { $read }.
    }
lists_read_partly = Подписки прочитаны у { $read } из них; остальные: { $others }.
sampled = Из них случайно выбрано { $tried }; подписки прочитаны у всех.
sampled_partly = Из них случайно выбрано { $tried }; подписки прочитаны у { $read }, остальные: { $others }.
unread_skipped = { $count } со слишком длинными списками, которые мало о чём говорят
unread_private = { $count } с закрытым аккаунтом
unread_gone = { $count } с удалённым аккаунтом
unread_failed = { $count } без ответа
lists_broken_off =
    { $count ->
        [1] Один список пришёл не целиком
        [one] { $count } список пришёл не целиком
        [few] { $count } списка пришли не целиком
       *[many] { $count } списков пришло не целиком
    }; учтено то, что пришло.
profiles_missing =
    { $missing ->
        [1] Один аккаунт, на который подписаны многие из них, посмотреть не удалось.
        [one] { $missing } аккаунт, на который подписаны многие из них, посмотреть не удалось.
        [few] { $missing } аккаунта, на которые подписаны многие из них, посмотреть не удалось.
       *[many] { $missing } аккаунтов, на которые подписаны многие из них, посмотреть не удалось.
    }
among_the_looked_up =
    { $count ->
        [1] Это единственный аккаунт, чей профиль просмотрен; другие могут быть не менее похожи.
        [one] Это лучшие из { $count } аккаунта, чей профиль просмотрен.
       *[many] Это лучшие из { $count } аккаунтов, чьи профили просмотрены.
    }
preliminary = Порядок пока ненадёжен: прочитано слишком мало подписчиков, чтобы ручаться за места. Глубже — надёжнее.
sure = ✓ — точно среди первых { $places }, кого ещё ни прочитай.
confirmed =
    { $count ->
        [1] Один аккаунт был
        [one] { $count } аккаунт был
        [few] { $count } аккаунта были
       *[many] { $count } аккаунтов были
    } так близко к десятому месту, что общие подписчики проверены по полному списку: их число сосчитано, а не оценено.
precision = С вероятностью 95% ни один из первых { $places } не уступает никакому другому аккаунту больше чем на { $precision }%.
saved =
    Ещё { $requests ->
        [one] { $requests } запрос не понадобился
        [few] { $requests } запроса не понадобились
       *[many] { $requests } запросов не понадобилось
    }: то же самое уже прочитано для прошлых поисков.
hurried = Это заняло слишком много времени, поэтому в дело пошло то, что уже было.
effort =
    { $requests ->
        [one] { $requests } запрос
        [few] { $requests } запроса
       *[many] { $requests } запросов
    } за { $time }.
sizes_untold = Сколько у этих аккаунтов подписчиков, мне не говорят, и учесть этого я не могу.
some_sizes_untold =
    Сколько подписчиков у { $count ->
        [one] { $count } аккаунта
       *[other] { $count } аккаунтов
    } из списка, мне не говорят.
by_peers = По сходству аудиторий: чем большая их часть общая, тем выше.
by_niche = По общей доле в аудитории аккаунта: чем она больше, тем выше; небольшие аккаунты с преданной аудиторией идут первыми.
by_big_names = По общим подписчикам с поправкой на размер обеих аудиторий; крупным аккаунтам чуть легче.
by_count = По числу общих подписчиков: чем их больше, тем выше.
file =
    { $count ->
        [1] Единственный аккаунт
        [one] Все { $count } аккаунт
        [few] Все { $count } аккаунта
       *[many] Все { $count } аккаунтов
    }, в порядке вашего списка
file_name = похожие-на-{ $account }
compared_file = сравнение
file_failed = Файл отправить не получилось. /result пришлёт всё ещё раз.
result_is_gone = Результата для { $who } у меня больше нет. Пришлите имя, и я поищу снова.

key_how =
    С собственным ключом ваши поиски никого не ждут. Пришлите мне в личном чате:

    { $lines }

    Сообщение я сразу удалю, ключ храню запечатанным, никому не показываю и использую только для ваших поисков. <code>/key СЕТЬ забыть</code> забирает его обратно.
key_line = <code>/key { $name } КЛЮЧ</code> — для { $network }, взять на { $page }
key_how_for =
    Вашего ключа для { $network } у меня нет. Взять его можно на { $page }; затем пришлите <code>/key { $name } КЛЮЧ</code>.
keys_there = У меня есть ваш ключ для { $networks }.
keys_not_needed = Подключённым сетям ключи не нужны, так что присылать нечего.
key_not_needed = Поиск в { $network } для всех бесплатный, ключ там не нужен.
key_is_there =
    У меня есть ваш ключ для { $network }, и ваши поиски идут по нему. Чтобы сменить его, пришлите новый; <code>/key { $name } забыть</code> забирает его обратно.
key_in_group =
    Никогда не присылайте ключ в группу: кто его прочёл, тот может им пользоваться. Удалите сообщение, если оно ещё здесь, отзовите этот ключ и пришлите мне новый в личном чате.
key_again = Прочитать это не получилось, и на всякий случай сообщение удалено. Пожалуйста, пришлите ещё раз.
key_unread = Это похоже на ключ, поэтому я его не сохраняю. Как дать мне ключ: /key. Если это аккаунт, поставьте перед именем @.
key_tried = Сообщение удалено, пробую ваш ключ для { $network }…
key_works = ✓ { $network } принимает ваш ключ. Теперь ваши поиски там идут по нему и никого не ждут.
key_works_for =
    ✓ { $network } принимает ваш ключ; сейчас его хватит ещё на { $requests ->
        [one] { $requests } запрос
        [few] { $requests } запроса
       *[many] { $requests } запросов
    }. Ваши поиски там идут по нему и никого не ждут.
key_refused_own =
    { $network } так и не принимает ваш ключ, поэтому он стёрт, а поиски по нему остановлены. Проверьте его и пришлите ещё раз. До тех пор новые поиски пойдут по общему ключу.
key_out_of_credit_own =
    На вашем ключе для { $network } кончились средства, поэтому он стёрт, а поиски по нему остановлены. Когда пополните счёт, пришлите ключ ещё раз. До тех пор новые поиски пойдут по общему ключу.
key_lost = Вашим ключом для { $network } больше нельзя пользоваться: бота настроили заново. Ключ стёрт, поиски по нему остановлены. Пожалуйста, пришлите его ещё раз.
key_doubted = { $network } сейчас не принимает ваш ключ. Через несколько минут попробую ещё раз; если ключ не тот, просто пришлите правильный.
key_taken_back = Ваш ключ для { $network } стёрт, поиски по нему остановлены. Новые поиски там пойдут по общему ключу.
key_was_not_there = Вашего ключа для { $network } у меня нет.
shared =
    Кто откроет эту ссылку, получит результат для @{ $handle } — без вашего имени:
    { $link }
unshared = Ссылка на результат для @{ $handle } больше никуда не ведёт.
share_gone = За этой ссылкой больше ничего нет. Пришлите аккаунт, и я поищу.
forget_question =
    Я остановлю ваши поиски и сотру всё о вас: о чём вы спрашивали, ваши результаты здесь, наблюдения, настройки, ключи. Вернуть это будет нельзя. Мои сообщения останутся в чате, пока вы сами их не удалите.
forgotten = Готово: всё о вас стёрто. Напишите, когда захотите, — начнём с чистого листа.

again_whom = Какой аккаунт посмотреть ещё раз? Например: <code>/again @nasa</code>
history =
    { $count ->
        [1] Ваш единственный результат здесь. Нажмите, чтобы увидеть его снова:
       *[many] Ваши результаты здесь (всего { $count }), сначала новые. Нажмите, чтобы увидеть снова:
    }
compare_with_whom = Это один аккаунт. С каким его сравнить? Например: <code>/compare @{ $handle } @esa</code>
compare_whom =
    Какие аккаунты сравнить? От двух до пяти, все из одной сети. Например: <code>/compare @nasa @esa</code>
compare_networks =
    Сравнивать можно только аккаунты одной сети: иначе ни один подписчик не может быть общим. А эти — из разных: { $names }.
comparing_soon =
    Сравню { $names }. Сначала найду недостающее, потом пришлю сравнение.
compared = <b>Сравнение: { $names }</b>
compared_caption = { $names }: аудитории рядом
audience =
    • { $who } · { $followers ->
        [one] { $followers } подписчик
        [few] { $followers } подписчика
       *[many] { $followers } подписчиков
    }: { $parts }
audience_with = { $part } подписаны и на { $who }
audience_alone =
    { $part } { $audiences ->
        [2] — нет
       *[other] — ни на кого из остальных
    }
part = { $share }%
part_between = { $share }% ({ $low }–{ $high }%)
in_both =
    { $count ->
        [0] Общих подписчиков нет.
        [one] На оба аккаунта подписан { $count } человек.
        [few] На оба аккаунта подписаны { $count } человека.
       *[many] На оба аккаунта подписано { $count } человек.
    }
in_both_between =
    На оба аккаунта { $count ->
        [one] подписан примерно { $count } человек
        [few] подписаны примерно { $count } человека
       *[many] подписано примерно { $count } человек
    } (от { $low } до { $high }).
close_to_all =
    { $audiences ->
        [2] <b>Ближе всех к обоим</b>
       *[other] <b>Ближе всех ко всем</b>
    }
nobody_close = Аккаунта, на который подписаны во всех этих аудиториях, среди проверенных нет.
share_in = @{ $handle } { $share }
own = Подписчики { $who } чаще других подписаны на: { $names }
own_one = { $who } { $own } против { $others }
read_of = @{ $handle } — { $read } из { $listed }
read_of_newest = @{ $handle } — { $read } из новейших { $listed }
compared_basis = Проверено подписчиков: { $read }.
compared_newest = Если список слишком длинный, всё сказано о его новейших подписчиках.
compared_sampled = В скобках — где лежит доля среди всех, с вероятностью 95%; без скобок она посчитана точно.
compared_missing = Без { $names }: результата нет.
compared_with_itself = Это один и тот же аккаунт. Пришлите два разных.
nothing_to_compare = Сравнивать нечего: нужны два аккаунта, а результата нет для { $names }.
changes = <b>Что изменилось у { $who } с { $since }</b>
nothing_has_changed = Ничего сверх того, что бывает по чистой случайности.
lists_not_read_again = Списки, которым меньше { $time }, заново не читались.
changed_new = Новые в первой двадцатке: { $names }
changed_gone = Больше не в ней: { $names }
changed_up = Выше: { $names }
changed_down = Ниже: { $names }
watching =
    Буду проверять { $who } { $days ->
        [7] каждую неделю
        [one] каждый { $days } день
        [few] каждые { $days } дня
       *[many] каждые { $days } дней
    }, в следующий раз { $next }, и расскажу здесь, что изменилось. Всё, за чем вы следите, — в /watch.
watched =
    • { $who } — { $days ->
        [7] каждую неделю
        [one] каждый { $days } день
        [few] каждые { $days } дня
       *[many] каждые { $days } дней
    }, в следующий раз { $next }
all_watched =
    Вы следите за:
    { $lines }
nothing_watched =
    Вы пока ни за кем не следите. <code>/watch @nasa</code> — смотреть аккаунт заново каждую неделю, <code>/watch @nasa ежемесячно</code> — каждый месяц; расскажу, что изменилось.
too_many_watched = Вы уже следите за { $limit } аккаунтами, больше не получится. Сначала уберите один: /watch
moved = { $who } ({ $before } → { $after })

nothing_under_way = Сейчас для вас ничего не ищу. Пришлите аккаунт, например <code>@nasa</code>.
finished_lately = Готово: { $names }. /result пришлёт последний результат ещё раз.
no_result = Здесь пока нет результатов. Пришлите аккаунт, например <code>@nasa</code>.
no_result_for = Результата для { $who } здесь нет. Пришлите имя, и я поищу.
not_ready = { $who }: ещё не готово.
which_to_cancel = Какой поиск остановить?
not_under_way = { $who } я не ищу, останавливать нечего.
stopped = Остановлено: { $names }.

which_language = На каком языке мне здесь говорить?
no_such_language = Языка «{ $word }» я пока не знаю.
language_chosen = Теперь я говорю здесь по-русски.
which_network = В какой сети искать сначала, когда есть только имя? Остальные останутся под рукой — кнопками.
only_network = Здесь подключена только одна сеть — { $network }, выбирать не из чего.
no_such_network = Сети «{ $word }» я не знаю.
network_is_off = Поиск в { $network } здесь не подключён.
network_chosen = Теперь, когда есть только имя, я сначала ищу в { $network }.

millions = { $number }{"\u00A0"}млн
thousands = { $number }{"\u00A0"}тыс.
dollars = { $amount }{"\u00A0"}$
seconds = { $seconds }{"\u00A0"}с
minutes = { $minutes }{"\u00A0"}мин
hours = { $hours }{"\u00A0"}ч
hours_and_minutes = { $hours }{"\u00A0"}ч { $minutes }{"\u00A0"}мин
days =
    { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
days_and_hours =
    { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    } { $hours }{"\u00A0"}ч
a_second = { $count } в секунду
a_minute = { $count } в минуту
an_hour = { $count } в час
a_day = { $count } в день
just_now = только что
minutes_ago = { $minutes }{"\u00A0"}мин назад
hours_ago =
    { $hours ->
        [one] { $hours } час
        [few] { $hours } часа
       *[many] { $hours } часов
    } назад
days_ago =
    { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    } назад

button_cancel = Отменить
button_cancel_one = Отменить @{ $handle }
button_cancel_all = Отменить все
button_refresh = Обновить
button_enough = Хватит
button_deeper = Глубже
button_elsewhere = В { $network }
button_start = { $depth }: примерно { $cost }
button_costs = { $label }: примерно { $cost }
button_chosen = • { $label }
button_page = { $page } / { $pages }
button_share = Поделиться
button_result = @{ $handle } · { $day }
button_result_on = @{ $handle } · { $network } · { $day }
button_list = Список: @{ $handle }
button_unwatch = Не следить за @{ $handle }
answer_unwatched = За @{ $handle } больше не слежу.
answer_not_watched = За этим больше не слежу.
button_analyse = Найти похожие и на него
button_open = Открыть в { $network }
button_unshare = Отозвать ссылку
answer_failed = Не получилось. Попробуйте ещё раз.
button_filter = Фильтр
button_files = Файлы
button_back = Назад
button_no_minimum = Без минимума
button_no_maximum = Без максимума
button_at_least = ≥ { $size }
button_at_most = ≤ { $size }
button_unverified = Без подтверждённых
button_web_page = Веб-страница
answer_file = Отправляю.
offer_title = @{ $handle } · { $network }
offer_about = { $names } · { $day }
offer_search = Искать похожие на @{ $handle }
button_open_shared = Посмотреть всё
button_open_bot = Найти похожие аккаунты
date =
    { $day } { $month ->
        [1] января
        [2] февраля
        [3] марта
        [4] апреля
        [5] мая
        [6] июня
        [7] июля
        [8] августа
        [9] сентября
        [10] октября
        [11] ноября
       *[12] декабря
    } { $year }
card_heading = Похожие на @{ $handle }
card_followers =
    { $count ->
        [one] подписчик
        [few] подписчика
       *[many] подписчиков
    }
card_read =
    { $count ->
        [one] подписчик прочитан
        [few] подписчика прочитано
       *[many] подписчиков прочитано
    }
card_compared =
    { $count ->
        [one] аккаунт сравнён
        [few] аккаунта сравнено
       *[many] аккаунтов сравнено
    }
card_number = { $number }
card_size = { $size }
card_row_size = { $size } подп.
card_percent = { $share }%
card_share = доля подписчиков, подписанных и на него
card_interval = 95%-й интервал
card_sure = место надёжно
card_footer = Lookalike · { $network } · { $day }
card_footer_ordered = Lookalike · { $network } · порядок: { $measure } · { $day }
compared_heading = Сравнение аудиторий
compared_alone = ни на кого из остальных
compared_key = доля подписчиков слева, подписанных и на аккаунт сверху
compared_key_both = подписаны на оба
compared_of = подписчиков @{ $handle }
compared_only = только @{ $handle }
page_search = Имя или ник
page_place = №
page_account = Аккаунт
page_followers = Подписчики
page_least = Подписчиков не меньше
page_most = Подписчиков не больше
page_any = Любое
page_share = Доля
page_part = { $part } из { $whole }
page_interval = { $low }–{ $high }%
page_score = Оценка { $score }
page_verified = подтверждён ({ $network })
measure_peers = Ровня
measure_niche = Ниша
measure_big_names = Звёзды
measure_count = По числу
depth_quick = быстрый
depth_normal = обычный
depth_deep = глубокий
depth_settled = до ясности
depth_full = полный
button_forget = Да, стереть всё
answer_forgotten = Стираю всё.
answer_cancelled = Поиск по @{ $handle } отменён.
answer_cancelled_all =
    { $count ->
        [one] Отменён { $count } поиск.
        [few] Отменены { $count } поиска.
       *[many] Отменено { $count } поисков.
    }
answer_nothing = Сейчас для вас ничего не ищу.
answer_finished = Поиск по @{ $handle } уже закончен.
answer_enough = Хорошо: останавливаюсь и присылаю, что есть.
answer_deeper = Хорошо: поиск теперь { $depth }.
answer_deepest = Я и так читаю всех.
answer_elsewhere = Ищу @{ $who } в { $network }.
answer_gone = Это было слишком давно. Пришлите аккаунт ещё раз.
answer_too_fast = Слишком много сразу. Нажмите ещё раз через { $time }.
answer_not_yours = Это может сделать только тот, кто спрашивал.
not_yours_to_end = Остановить этот поиск может только тот, кто спрашивал, или администратор группы.
unknown_who_runs_it = Не удалось узнать, администратор ли вы в этой группе. Попробуйте ещё раз.
answer_refreshing = Смотрю на @{ $handle } заново.
answer_newer = Ниже есть более новый поиск по @{ $handle }.

menu_find = Найти похожие аккаунты: /find @nasa
menu_status = Как идут ваши поиски
menu_cancel = Остановить поиск
menu_result = Прислать последний результат ещё раз
menu_language = На каком языке мне говорить
menu_network = В какой сети искать сначала
menu_again = Посмотреть аккаунт заново: /again @nasa
menu_history = Ваши результаты здесь
menu_compare = Сравнить аудитории: /compare @nasa @esa
menu_watch = Следить за аккаунтом: /watch @nasa
menu_key = Искать по собственному ключу сети
menu_help = Как это работает
menu_privacy = Что хранится и как долго
menu_forget = Стереть всё о вас
description =
    Пришлите аккаунт в { $network }, и я найду самые похожие на него — те, на которые подписаны те же люди.

    Например: @nasa
short_description = Находит аккаунты, похожие на ваш пример, в { $network }.

# Для тех, кто ведёт бота.
admin_head = <b>Lookalike</b> · { $clock } UTC
admin_runs = ▶ Работаю; запуск { $time } назад.
admin_drains = ⏏ Уже { $time } новых поисков не начинаю, начатые идут.
admin_paused = ⏸ Пауза уже { $time }: ни одна сеть не опрашивается.
admin_network = • <b>{ $network }</b>: { $standing }. Запросы: { $hour } за этот час, { $day } за день
admin_network_costs = • <b>{ $network }</b>: { $standing }. Запросы: { $hour } за этот час ({ $hour_cost }), { $day } за день ({ $day_cost })
admin_unknown = с запуска запросов не было
admin_works = работает
admin_throttled = просит паузу, ещё { $time }
admin_down = не отвечает
admin_key_refused = не принимает ключ
admin_out_of_credit = средства кончились
admin_queue = Поиски: активны { $active }, ждут { $waiting }, ждут согласия на цену { $asking }, ищут аккаунт { $verifying }
admin_slowest = Самый долгий: { $who }, { $time }, шаг <code>{ $stage }</code>, { $waits }
admin_waits_operator = ждёт вас: бот на паузе
admin_waits_word = ждёт согласия на цену
admin_waits_turn = ждёт очереди
admin_waits_network = ждёт { $network }
admin_waits_nothing = идёт
admin_lately = За сутки: { $people ->
        [one] { $people } человек
        [few] { $people } человека
       *[many] { $people } человек
    }, { $analyses ->
        [one] { $analyses } поиск
        [few] { $analyses } поиска
       *[many] { $analyses } поисков
    }
admin_errors =
    Ошибки с запуска:
    { $lines }
admin_errors_of = • { $what }: { $kinds }
admin_error = { $kind } { $count }
admin_no_errors = С запуска ошибок нет
admin_disk = База: { $bytes }; на диске свободно { $free }
admin_database = База: { $bytes }
admin_memory = Память: { $bytes }
left_alone_now = { $who } больше не ищу и никому не показываю.
not_left_alone = Запрет для { $who } снят.
was_not_left_alone = Запрета для { $who } и так нет.
left_alone_by_settings = { $who } указан в OPT_OUT, снять запрет можно только в настройках.
all_left_alone = Не ищу и не показываю: { $names }. Добавить: <code>/optout ig:nasa</code>, вернуть: <code>/optin ig:nasa</code>.
nobody_left_alone = Запретов пока нет. Добавить: <code>/optout ig:nasa</code>, сеть — перед именем.
kilobytes = { $number }{"\u00A0"}КБ
megabytes = { $number }{"\u00A0"}МБ
gigabytes = { $number }{"\u00A0"}ГБ
button_run = Продолжить
button_drain = Не брать новые
button_pause = Пауза
answer_runs = Всё продолжается.
answer_drains = Новых поисков больше не начинаю.
answer_paused = Ни одну сеть больше не опрашиваю.
alarm_disk = ⚠️ Мой диск почти полон: осталось { $free }. Освободите место; когда его не станет, я остановлюсь.
alarm_disk_over = ✓ На диске снова есть место.
alarm_database = ⚠️ База больше не принимает записи, поэтому я останавливаюсь. Посмотрите журнал и диск; следующий запуск продолжит с того, что есть.
alarm_database_over = ✓ База снова принимает записи. Все поиски продолжаются.
alarm_forgetting = ⚠️ То, что люди попросили стереть, удалено из базы, но на диске ещё осталось: переписать базу не получилось. Причина в журнале; если не хватает места, освободите его. Раз в сутки пробую снова.
alarm_forgetting_over = ✓ То, что люди попросили стереть, удалено и с диска.
