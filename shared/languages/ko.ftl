# Korean: the polite form. How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = { $name } 님, 안녕하세요.
mail-greeting-unnamed = 안녕하세요.

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count }분
duration-hours = { $count }시간
duration-days = { $count }일
moment = { $year }년 { $month }월 { $day }일 { $time }(UTC)

### Pages
