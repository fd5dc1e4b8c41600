# Japanese: the polite form. How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = { $name } 様
mail-greeting-unnamed = お客様

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count }分
duration-hours = { $count }時間
duration-days = { $count }日
moment = { $year }年{ $month }月{ $day }日 { $time }（UTC）

### Pages
