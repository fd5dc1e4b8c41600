# German: the formal address is "Sie". How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = Guten Tag { $name },
mail-greeting-unnamed = Guten Tag,

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
duration-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
duration-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
moment = { $day }. { $month ->
     [1] Januar
     [2] Februar
     [3] März
     [4] April
     [5] Mai
     [6] Juni
     [7] Juli
     [8] August
     [9] September
     [10] Oktober
     [11] November
    *[12] Dezember
    } { $year } um { $time } Uhr (UTC)

### Pages
