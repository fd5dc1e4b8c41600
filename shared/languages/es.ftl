# Spanish: the formal address is "usted". How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = Hola, { $name }:
mail-greeting-unnamed = Hola:

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
duration-hours = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
duration-days = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
moment = { $day } de { $month ->
     [1] enero
     [2] febrero
     [3] marzo
     [4] abril
     [5] mayo
     [6] junio
     [7] julio
     [8] agosto
     [9] septiembre
     [10] octubre
     [11] noviembre
    *[12] diciembre
    } de { $year } a las { $time } (UTC)

### Pages
