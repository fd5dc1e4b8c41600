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
