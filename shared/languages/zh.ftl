# Chinese in simplified characters: the polite address is "您". How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = { $name }，您好：
mail-greeting-unnamed = 您好：

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count } 分钟
duration-hours = { $count } 小时
duration-days = { $count } 天
moment = { $year } 年 { $month } 月 { $day } 日 { $time }（UTC）

### Pages
