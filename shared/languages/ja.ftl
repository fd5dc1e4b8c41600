# Japanese: the polite form. How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = { $name } 様
mail-greeting-unnamed = お客様
mail-link-fallback = ボタンが機能しない場合は、次のアドレスをブラウザーで開いてください。
mail-support = お心当たりがなくお困りの場合は、{ $service } のサポートまでお問い合わせください。
mail-support-address = お心当たりがなくお困りの場合は、{ $service } のサポートまでご連絡ください：{ $support_email }

mail-verify-email-subject = { $service } のメールアドレスをご確認ください
mail-verify-email-lead = お客様または第三者が、このメールアドレスを { $service } に入力しました。確認のお手続きをお願いいたします。
mail-verify-email-detail = リンクを開くと、このアドレスがお客様のものであることを確認するページが表示されます。リンクの有効期間は{ $expires_in }です。
mail-verify-email-button = メールアドレスを確認する
mail-verify-email-caution = お心当たりがない場合は、このメールを無視してください。アドレスは未確認のままになります。

mail-reset-password-subject = { $service } のパスワードの再設定
mail-reset-password-lead = お客様、またはお客様のアドレスを入力した第三者が、{ $service } のアカウントの新しいパスワードを請求しました。
mail-reset-password-detail = リンクを開くと、新しいパスワードを設定するページが表示されます。設定が終わるまでは、現在のパスワードが有効です。リンクの有効期間は{ $expires_in }です。
mail-reset-password-button = 新しいパスワードを設定する
mail-reset-password-caution = お心当たりがない場合は、このメールを無視してください。パスワードは変更されません。リンクを他の人に渡さないでください。リンクを知っている人は、お客様のアカウントを乗っ取ることができます。

mail-change-email-subject = { $service } の新しいメールアドレスをご確認ください
mail-change-email-lead = お客様、または { $service } のアカウントにサインインしている第三者が、今後そのアカウントで { $new_email } を使用することを希望しました。
mail-change-email-detail = リンクを開くと、変更を確認するページが表示されます。リンクの有効期間は{ $expires_in }です。
mail-change-email-button = このアドレスを使用する
mail-change-email-caution = お心当たりがない場合は、このメールを無視してください。何も変更されず、お客様のアドレスは使用されません。

mail-approve-email-change-subject = { $service } アカウントの新しいメールアドレスの承認
mail-approve-email-change-lead = お客様、またはお客様の { $service } アカウントにサインインしている第三者が、このアドレスの代わりに { $new_email } を使用することを希望しました。
mail-approve-email-change-detail = リンクを開くと、変更を承認するページが表示されます。承認後、新しいアドレスに、変更を確定するためのメールが届きます。リンクの有効期間は{ $expires_in }です。
mail-approve-email-change-button = このアドレスを承認する
mail-approve-email-change-caution = お心当たりがない場合は、承認しないでください。承認がない限り、何も変更されません。パスワードを変更し、他のセッションを終了してください。

mail-email-changed-subject = { $service } アカウントのメールアドレスが変更されました
mail-email-changed-lead = { $service } アカウントのメールアドレスが変更されました。このアドレスはアカウントから外れ、サインインには使用できなくなりました。
mail-email-changed-caution = お客様ご自身による変更であれば、お手続きは必要ありません。お心当たりがない場合は、第三者がお客様のアカウントを使用している可能性があります。

mail-password-changed-subject = { $service } のパスワードが変更されました
mail-password-changed-lead = { $service } アカウントのパスワードが { $at } に変更されました。
mail-password-changed-caution = お客様ご自身による変更であれば、お手続きは必要ありません。お心当たりがない場合は、第三者がお客様のアカウントを使用している可能性があります。「パスワードをお忘れの場合」から、ただちに新しいパスワードを設定してください。

mail-password-locked-subject = { $service } の新しいパスワードを設定してください
mail-password-locked-lead = { $service } アカウントのパスワードの入力に、何度も失敗がありました。アカウントを保護するため、このパスワードは新しい端末では使用できなくなりました。
mail-password-locked-detail = リンクを開くと、新しいパスワードを設定するページが表示されます。設定後は、再びサインインできます。リンクの有効期間は{ $expires_in }です。期限が過ぎた場合は、「パスワードをお忘れの場合」をご利用ください。
mail-password-locked-button = 新しいパスワードを設定する
mail-password-locked-caution = サインイン中の端末は、新しいパスワードを設定するまでサインインしたままになります。リンクを他の人に渡さないでください。リンクを知っている人は、お客様のアカウントを乗っ取ることができます。

mail-second-factor-on-subject = 二要素認証が有効になりました（{ $service }）
mail-second-factor-on-lead = { $service } アカウントの二要素認証が { $at } に有効になりました。
mail-second-factor-off-subject = 二要素認証が無効になりました（{ $service }）
mail-second-factor-off-lead = { $service } アカウントの二要素認証が { $at } に無効になりました。
mail-authenticator-added-subject = 認証アプリが追加されました（{ $service }）
mail-authenticator-added-lead = { $service } アカウントに、{ $at } に認証アプリが追加されました。
mail-backup-code-used-subject = バックアップコードが使用されました（{ $service }）
mail-backup-code-used-lead = { $service } アカウントのバックアップコードが { $at } に使用されました。
mail-backup-codes-created-subject = 新しいバックアップコードが作成されました（{ $service }）
mail-backup-codes-created-lead = { $service } アカウントのバックアップコードが { $at } に新しく作成され、以前のコードは使用できなくなりました。
mail-passkey-added-subject = パスキーが追加されました（{ $service }）
mail-passkey-added-lead = { $service } アカウントに、{ $at } にパスキーが追加されました。
mail-passkey-removed-subject = パスキーが削除されました（{ $service }）
mail-passkey-removed-lead = { $service } アカウントのパスキーが { $at } に削除されました。
mail-api-key-created-subject = API キーが作成されました（{ $service }）
mail-api-key-created-lead = { $service } アカウントの API キーが { $at } に作成されました。
mail-account-linked-subject = 新しいサインイン方法が追加されました（{ $service }）
mail-account-linked-lead = { $service } アカウントに、{ $at } に他のプロバイダーのアカウントが連携されました。今後、そのアカウントでサインインできます。
mail-account-unlinked-subject = サインイン方法が削除されました（{ $service }）
mail-account-unlinked-lead = { $service } アカウントのサインイン方法から、{ $at } に他のプロバイダーのアカウントが削除されました。
mail-password-removed-subject = パスワードが削除されました（{ $service }）
mail-password-removed-lead = { $service } アカウントのパスワードが { $at } に削除されました。
mail-credential-changed-caution = お客様ご自身による変更であれば、お手続きは必要ありません。お心当たりがない場合は、第三者がお客様のアカウントを使用している可能性があります。「パスワードをお忘れの場合」から、ただちに新しいパスワードを設定し、他のすべてのセッションを終了してください。

mail-delete-user-subject = { $service } アカウントの削除をご確認ください
mail-delete-user-lead = お客様、またはお客様としてサインインしている第三者が、{ $service } アカウントの削除を希望しました。
mail-delete-user-detail = リンクを開くと、もう一度確認するページが表示されます。そこで確認すると、アカウントは完全に削除され、元に戻すことはできません。リンクの有効期間は{ $expires_in }です。
mail-delete-user-button = 削除の手続きへ進む
mail-delete-user-caution = お心当たりがない場合は、確認しないでください。アカウントはそのまま残ります。第三者がお客様のアカウントを使用している可能性があるため、パスワードを変更してください。

mail-activate-account-subject = { $service } のアカウントを有効にしてください
mail-activate-account-lead = { $service } にアカウント「{ $account }」が作成され、お客様がその管理者になりました。
mail-activate-account-lead-unnamed = { $service } にアカウントが作成され、お客様がその管理者になりました。
mail-activate-account-detail = リンクを開くと、メールアドレスを確認し、パスワードを設定するページが表示されます。リンクの有効期間は{ $expires_in }です。
mail-activate-account-button = アカウントを有効にする
mail-activate-account-caution = アカウントを申し込んでいない場合は、このメールを無視してください。パスワードが設定されない限り、アカウントは使用できません。

mail-account-invitation-subject = { $service } のアカウントの準備ができました
mail-account-invitation-lead = お客様は { $service } の「{ $account }」に追加されました。
mail-account-invitation-lead-unnamed = お客様は { $service } のアカウントに追加されました。
mail-account-invitation-detail = リンクを開くと、パスワードを設定するページが表示されます。設定後は、このアドレスでサインインできます。リンクの有効期間は{ $expires_in }です。
mail-account-invitation-button = パスワードを設定する
mail-account-invitation-caution = お心当たりがない場合は、このメールを無視してください。リンクを他の人に渡さないでください。リンクを知っている人は、お客様としてサインインできます。

mail-two-factor-otp-subject = { $service } のサインイン用コード
mail-two-factor-otp-lead = { $service } にサインインしているのがご本人であることを確認するため、次のコードを入力してください。
mail-two-factor-otp-detail = コードの有効期間は{ $expires_in }です。一度だけ、請求した画面でのみ使用できます。
mail-two-factor-otp-caution = お心当たりがない場合は、第三者がお客様のパスワードを知っています。ただちに新しいパスワードを設定してください。コードは誰にも教えないでください。当サービスからお尋ねすることはありません。

mail-invitation-subject = { $inviter }から、{ $service } の{ $organization }への招待が届いています
mail-invitation-lead = { $inviter }から、{ $service } の{ $organization }への招待が届いています。
mail-invitation-inviter = { $name }さん
mail-invitation-inviter-unnamed = メンバー
mail-invitation-organization-unnamed = 組織
mail-invitation-role = お客様の役割：{ $role }
mail-role-owner = オーナー
mail-role-admin = 管理者
mail-role-member = メンバー
mail-invitation-note = メッセージ：{ $note }
mail-invitation-detail = リンクを開くと、招待の内容が表示されます。このアドレスのアカウントで招待を受けることができます。リンクの有効期間は{ $expires_in }です。
mail-invitation-button = 招待を見る
mail-invitation-caution = 招待した人にお心当たりがない場合は、このメールを無視してください。お客様の同意なしに参加となることはありません。

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count }分
duration-hours = { $count }時間
duration-days = { $count }日
moment = { $year }年{ $month }月{ $day }日 { $time }（UTC）

### Pages

page-go-on = { $service } へ進む
page-show-password = 表示
page-code = サポートへのお問い合わせの際に、コード { $code } をお尋ねすることがあります。
page-request = リクエストの ID は { $request } です。
page-later = ただいま混み合っています。しばらくしてからもう一度お試しください。
page-unexpected = 問題が発生しました。もう一度お試しください。繰り返し発生する場合は、サポートにお問い合わせください。

page-field-name = 氏名
page-field-first-name = 名
page-field-last-name = 姓
page-field-email = メールアドレス
page-field-password = パスワード
page-field-new-password = 新しいパスワード
page-field-current-password = 現在のパスワード
page-field-code = コード

page-password-rules = { $min } 文字以上で、推測されにくいパスワードを入力してください。
page-password-rules-classes = { $min } 文字以上で、大文字、小文字、数字、記号を含む、推測されにくいパスワードを入力してください。
page-password-too-short = パスワードは { $min } 文字以上で入力してください。
page-password-too-long = パスワードは { $max } 文字以内で入力してください。
page-password-few-classes = パスワードには大文字、小文字、数字、記号が必要です。
page-password-common = このパスワードは非常によく使われています。別のパスワードを選んでください。
page-password-guessable = このパスワードは推測されやすいものです。別のパスワードを選んでください。
page-password-breached = このパスワードは情報漏えいで公開されています。別のパスワードを選んでください。
page-save-password = パスワードを保存する

page-name-invisible = 氏名に見えない文字を含めることはできません。
page-name-length = 氏名は { $min } 文字以上 { $max } 文字以内で入力してください。
page-first-name-missing = 名を入力してください。
page-first-name-long = 名は { $max } 文字以内で入力してください。
page-first-name-invisible = 名に制御文字や見えない文字を含めることはできません。
page-last-name-missing = 姓を入力してください。
page-last-name-long = 姓は { $max } 文字以内で入力してください。
page-last-name-invisible = 姓に制御文字や見えない文字を含めることはできません。
page-not-an-address = メールアドレスの形式が正しくありません。

page-incomplete-title = リンクが不完全です
page-incomplete = メールからもう一度開くか、リンク全体をコピーしてください。
page-link-dead = このリンクは使用済みか、有効期限が切れています。新しいリンクをお求めください。
page-other-user = 別のユーザーがサインインしています。サインアウトしてから、もう一度リンクを開いてください。
page-banned = このアカウントは利用を停止されています。誤りと思われる場合は、サポートにお問い合わせください。
page-not-active = このユーザーは有効ではありません。管理者またはサポートにお問い合わせください。
page-email-not-updated = メールアドレスを変更できませんでした。もう一度変更を申請するか、別のアドレスをご利用ください。
page-password-already-set = パスワードはすでに設定されています。そのパスワードでサインインするか、新しいパスワードを申請してください。
page-last-administrator = あなたは唯一の管理者です。先に別のユーザーを管理者にしてください。
page-only-owner = あなたは、ほかにメンバーがいる組織の唯一の所有者です。先に別のメンバーを所有者にしてください。
page-impersonating = 管理者がユーザーとして操作している間は、この操作はできません。
page-not-fresh = サインインから時間がたっているか、二段階認証が行われていません。もう一度サインインしてから、リンクを開いてください。
page-unverified = アカウントのアドレスはまだ確認されていません。確認のお願いのメールにあるリンクを開いてください。

page-again-title = 新しいリンクを受け取る
page-again-button = 新しいリンクを送信する
page-again-sent-title = メールをご確認ください
page-again-sent = { $email } のアカウントがある場合は、新しいリンクを記載したメールをお送りします。届くまで数分かかることがあります。迷惑メールのフォルダーもご確認ください。

page-verify-email-title = メールアドレスを確認してください
page-verify-email = このアドレスがご本人のものであることを確認します。
page-confirm-button = 確認する
page-not-mine = 登録した覚えがない場合は、別の人があなたのアドレスで登録しています。このページを閉じるか、その人がアカウントを使えないようにすることができます。
page-not-mine-button = 登録していません
page-confirmed-title = アドレスが確認されました
page-confirmed = ありがとうございます。ここでの手続きは以上です。
page-not-confirmed-title = アドレスは確認されませんでした
page-sign-up-rejected-title = アカウントはあなただけのものになりました
page-sign-up-rejected = ほかの人はサインインできなくなり、アカウントの内容は削除されました。利用するには、パスワードを再設定してください。
page-nothing-changed-title = 何も変更されませんでした
page-confirmed-before = アドレスは以前に確認されています。パスワードがわからない場合は、再設定してください。

page-change-email-title = 新しいメールアドレスを確認してください
page-change-email = 今後はこれがアカウントのアドレスになり、以前のアドレスは使えなくなります。お心当たりがない場合は、このページを閉じてください。
page-approve-title = 新しいメールアドレスを承認してください
page-approve = 承認すると、変更を完了するためのリンクが新しいアドレスにメールで送られます。お心当たりがない場合は、このページを閉じてください。
page-approve-button = 承認する
page-approved-title = 新しいアドレスが承認されました
page-approved = 新しいアドレスにメールをお送りしました。そのメールで確認されると、アカウントのアドレスが変更されます。
page-not-approved-title = 新しいアドレスは承認されませんでした

page-reset-password-title = 新しいパスワードを設定してください
page-reset-go-on = 次のページで新しいパスワードを設定します。
page-reset-go-on-button = 次へ
page-admin-password-title = 管理者の新しいパスワードを設定してください
page-password-changed-title = パスワードが変更されました
page-password-changed = すべての端末からサインアウトしました。新しいパスワードでサインインしてください。
page-password-not-changed-title = パスワードは変更されませんでした
page-set-password-title = パスワードを設定してください
page-password-set-title = パスワードが設定されました
page-password-set = アドレスも確認されました。サインインできます。
page-password-not-set-title = パスワードは設定されませんでした

page-delete-title = アカウントを削除しますか
page-delete = アカウントは完全に削除され、元に戻すことはできません。
page-delete-button = アカウントを削除する
page-delete-prove-title = 先にサインインしてください
page-delete-prove = このブラウザーではサインインしていません。アカウントを削除できるのはご本人だけです。ここにパスワードを入力してください。パスワードがない場合は、このブラウザーでアプリケーションにサインインしてから、もう一度リンクを開いてください。
page-deleted-title = アカウントが削除されました
page-deleted = アカウントに属するものもすべて削除され、どの端末からもサインアウトしました。
page-not-deleted-title = アカウントは削除されませんでした

page-wrong-password = パスワードが正しくありません。
page-challenge-ended = サインインに時間がかかりすぎたか、試行回数が多すぎました。もう一度パスワードを入力してください。
page-code-of-app = 認証アプリのコード、またはバックアップコードを入力してください。
page-code-mailed = コードを記載したメールをお送りしました。
page-wrong-code = コードが正しくないか、有効期限が切れています。
page-mail-code = コードをメールで受け取る
page-no-mailed-codes = ここではコードをメールで送信できません。バックアップコードをご利用ください。

page-invitation-title = 招待が届いています
page-invitation = { $inviter } さんから { $organization } への招待です。
page-fact-organization = 組織
page-fact-inviter = 招待した人
page-fact-email = 招待されたアドレス
page-invitation-new = 参加するには、アカウントを作成してください。招待した人に心当たりがない場合は、このページを閉じてください。
page-invitation-account-exists = 招待されたアドレスのアカウントがすでにあります。そのパスワードで招待を承諾してください。
page-join-button = 参加する
page-accept-button = 承諾する
page-decline-button = 辞退する
page-forgotten = パスワードがない、またはわからない場合は、このブラウザーでアプリケーションにサインインしてからもう一度リンクを開くか、パスワードを設定してください。
page-forgotten-button = パスワード設定のメールを受け取る
page-password-mailed-title = メールをご確認ください
page-password-mailed = パスワードを設定するためのメールをお送りしました。設定後に、もう一度招待のリンクを開いてください。
page-verify-first-title = 先にアドレスを確認してください
page-verify-first = リンクを記載したメールをお送りしました。リンクを開くとアドレスが確認され、招待に戻ります。
page-joined-title = 参加しました
page-joined = { $organization } のメンバーになりました。
page-joined-new = { $organization } のメンバーになりました。メールアドレスとパスワードでサインインできます。
page-declined-title = 辞退しました
page-declined = { $organization } には参加しません。
page-not-joined-title = 参加していません
page-no-seat = 組織に空きがありません。招待した人にお問い合わせください。
page-already-member = すでにこの組織のメンバーです。
page-too-many-organizations = 所属できる組織の数の上限に達しています。先にいずれかの組織から退会してください。
page-invitation-unknown = 招待が存在しないか、新しいメールに置き換えられています。最新のメールのリンクを開いてください。
page-invitation-used-title = この招待は承諾済みです
page-invitation-used = リンクはすでに使用されました。サインインして組織をご利用ください。
page-invitation-closed-title = この招待は無効になりました
page-invitation-closed = 招待は取り消されたか、辞退されました。招待した人に新しい招待をお求めください。
page-invitation-expired-title = この招待は期限切れです
page-invitation-expired = 招待の有効期限が切れています。招待した人に新しい招待をお求めください。

page-register-title = 登録
page-register-button = 登録する
page-registered-title = 登録されました
page-registered = メールをお送りしました。メールのリンクを開いてアドレスを確認すると、サインインできます。
page-not-registered-title = 登録されませんでした
page-registration-unusable = このリンクは使用済みか、無効になっています。新しいリンクをお求めください。
page-registration-taken = このアドレスのアカウントはすでにあります。
page-registration-no-seat = アカウントに空きがありません。リンクを送った人にお問い合わせください。
page-registration-inactive = アカウントは有効ではありません。リンクを送った人にお問い合わせください。

page-error-title = 問題が発生しました
page-error-denied = アクセスが許可されなかったため、サインインできませんでした。誤って操作した場合は、最初からやり直してください。
page-error-restart = サインインに時間がかかりすぎたか、別のブラウザーで開始されています。最初からやり直してください。
page-error-linked-elsewhere = プロバイダーのアカウントは、別のユーザーに関連付けられています。そのアカウントでサインインするか、別のアカウントをご利用ください。
page-error-other-email = プロバイダーのアカウントのメールアドレスが、こちらのアドレスと異なります。同じアドレスのアカウントをご利用ください。
page-error-no-email = プロバイダーのアカウントに、確認済みのメールアドレスがありません。プロバイダーで確認してから、やり直してください。
page-error-not-linked = このアドレスのアカウントがすでにあります。これまでの方法でサインインしてから、プロバイダーを関連付けてください。
page-error-sign-up-closed = 現在、新しいアカウントは受け付けていません。運営者にお問い合わせください。
