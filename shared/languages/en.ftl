# English. How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = Hello { $name },
mail-greeting-unnamed = Hello,

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
duration-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
duration-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
moment = { $day } { $month ->
     [1] January
     [2] February
     [3] March
     [4] April
     [5] May
     [6] June
     [7] July
     [8] August
     [9] September
     [10] October
     [11] November
    *[12] December
    } { $year } at { $time } UTC

### Pages
