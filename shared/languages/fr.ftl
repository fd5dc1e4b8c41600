# French: the formal address is "vous". How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = Bonjour { $name },
mail-greeting-unnamed = Bonjour,

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
duration-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
duration-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
moment = { $day ->
    [1] 1er
   *[other] { $day }
    } { $month ->
     [1] janvier
     [2] février
     [3] mars
     [4] avril
     [5] mai
     [6] juin
     [7] juillet
     [8] août
     [9] septembre
     [10] octobre
     [11] novembre
    *[12] décembre
    } { $year } à { $time } (UTC)

### Pages
