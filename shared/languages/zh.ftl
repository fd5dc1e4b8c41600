# Chinese in simplified characters: the polite address is "您". How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = { $name }，您好：
mail-greeting-unnamed = 您好：
mail-link-fallback = 如果按钮无法使用，请在浏览器中打开以下地址：
mail-support = 如果不是您本人操作并且需要帮助，请联系 { $service } 的客服。
mail-support-address = 如果不是您本人操作并且需要帮助，请写信给 { $service } 的客服：{ $support_email }

mail-verify-email-subject = 请确认您在 { $service } 使用的电子邮件地址
mail-verify-email-lead = 您或其他人在 { $service } 填写了此地址，需要进行确认。
mail-verify-email-detail = 点击链接将打开一个页面，您可以在其中确认该地址属于您。链接在 { $expires_in }内有效。
mail-verify-email-button = 确认我的地址
mail-verify-email-caution = 如果不是您本人操作，请忽略此邮件：该地址将保持未确认状态。

mail-reset-password-subject = 重置您在 { $service } 的密码
mail-reset-password-lead = 您或填写了您地址的其他人，为您在 { $service } 的账户申请了新密码。
mail-reset-password-detail = 点击链接将打开设置新密码的页面；在此之前，旧密码仍然有效。链接在 { $expires_in }内有效。
mail-reset-password-button = 设置新密码
mail-reset-password-caution = 如果不是您本人操作，请忽略此邮件：您的密码不会改变。请勿转发此链接：任何获得链接的人都可以接管您的账户。

mail-change-email-subject = 请确认您在 { $service } 使用的新电子邮件地址
mail-change-email-lead = 您或登录了 { $service } 某个账户的其他人，要求该账户今后使用 { $new_email }。
mail-change-email-detail = 点击链接将打开确认此更改的页面。链接在 { $expires_in }内有效。
mail-change-email-button = 使用此地址
mail-change-email-caution = 如果不是您本人操作，请忽略此邮件：不会有任何更改，您的地址也不会被使用。

mail-approve-email-change-subject = 请批准您 { $service } 账户的新电子邮件地址
mail-approve-email-change-lead = 您或登录了您 { $service } 账户的其他人，要求该账户改用 { $new_email }，不再使用此地址。
mail-approve-email-change-detail = 点击链接将打开批准此更改的页面。随后新地址会收到一封确认更改的邮件。链接在 { $expires_in }内有效。
mail-approve-email-change-button = 批准此地址
mail-approve-email-change-caution = 如果不是您本人操作，请不要批准：未经您批准，不会有任何更改。请修改您的密码，并结束其他会话。

mail-email-changed-subject = 您 { $service } 账户的电子邮件地址已更改
mail-email-changed-lead = 您 { $service } 账户的电子邮件地址已被替换。此地址不再属于该账户，您也无法再用它登录。
mail-email-changed-caution = 如果是您本人操作，则无需处理。如果不是，可能有其他人正在使用您的账户。

mail-password-changed-subject = 您在 { $service } 的密码已更改
mail-password-changed-lead = 您 { $service } 账户的密码已于 { $at } 更改。
mail-password-changed-caution = 如果是您本人操作，则无需处理。如果不是，可能有其他人正在使用您的账户：请立即通过“忘记密码”设置新密码。

mail-password-locked-subject = 请为 { $service } 设置新密码
mail-password-locked-lead = 有人多次尝试输入您 { $service } 账户的密码，均未成功。为了保护您的账户，该密码已无法在新设备上使用。
mail-password-locked-detail = 点击链接将打开设置新密码的页面；之后您可以重新登录。链接在 { $expires_in }内有效。过期后，请使用“忘记密码”。
mail-password-locked-button = 设置新密码
mail-password-locked-caution = 在您设置新密码之前，已登录的设备会保持登录状态。请勿转发此链接：任何获得链接的人都可以接管您的账户。

mail-second-factor-on-subject = 双重身份验证已开启（{ $service }）
mail-second-factor-on-lead = 您 { $service } 账户的双重身份验证已于 { $at } 开启。
mail-second-factor-off-subject = 双重身份验证已关闭（{ $service }）
mail-second-factor-off-lead = 您 { $service } 账户的双重身份验证已于 { $at } 关闭。
mail-authenticator-added-subject = 已添加身份验证器应用（{ $service }）
mail-authenticator-added-lead = 您的 { $service } 账户已于 { $at } 添加身份验证器应用。
mail-backup-code-used-subject = 备用验证码已被使用（{ $service }）
mail-backup-code-used-lead = 您 { $service } 账户的一个备用验证码已于 { $at } 被使用。
mail-backup-codes-created-subject = 已生成新的备用验证码（{ $service }）
mail-backup-codes-created-lead = 您 { $service } 账户的备用验证码已于 { $at } 重新生成，之前的备用验证码不再有效。
mail-passkey-added-subject = 已添加通行密钥（{ $service }）
mail-passkey-added-lead = 您的 { $service } 账户已于 { $at } 添加通行密钥。
mail-passkey-removed-subject = 已移除通行密钥（{ $service }）
mail-passkey-removed-lead = 您 { $service } 账户的一个通行密钥已于 { $at } 移除。
mail-api-key-created-subject = 已创建 API 密钥（{ $service }）
mail-api-key-created-lead = 您的 { $service } 账户已于 { $at } 创建 API 密钥。
mail-account-linked-subject = 已添加新的登录方式（{ $service }）
mail-account-linked-lead = 另一服务商的账户已于 { $at } 关联到您的 { $service } 账户，现在可以用它登录。
mail-account-unlinked-subject = 已移除一种登录方式（{ $service }）
mail-account-unlinked-lead = 另一服务商的账户已于 { $at } 从您 { $service } 账户的登录方式中移除。
mail-password-removed-subject = 密码已移除（{ $service }）
mail-password-removed-lead = 您 { $service } 账户的密码已于 { $at } 移除。
mail-credential-changed-caution = 如果是您本人操作，则无需处理。如果不是，可能有其他人正在使用您的账户：请立即通过“忘记密码”设置新密码，并结束所有其他会话。

mail-delete-user-subject = 请确认删除您的 { $service } 账户
mail-delete-user-lead = 您或以您的身份登录的其他人，要求删除您的 { $service } 账户。
mail-delete-user-detail = 点击链接将打开再次询问的页面。在该页面确认后，账户将被永久删除，无法恢复。链接在 { $expires_in }内有效。
mail-delete-user-button = 前往删除页面
mail-delete-user-caution = 如果不是您本人操作，请不要确认：您的账户将会保留。请修改密码，因为可能有其他人正在使用您的账户。

mail-activate-account-subject = 请激活您在 { $service } 的账户
mail-activate-account-lead = { $service } 上已创建名为“{ $account }”的账户，您是该账户的管理员。
mail-activate-account-lead-unnamed = { $service } 上已创建一个账户，您是该账户的管理员。
mail-activate-account-detail = 点击链接将打开一个页面，您可以在其中确认地址并设置密码。链接在 { $expires_in }内有效。
mail-activate-account-button = 激活账户
mail-activate-account-caution = 如果您没有申请账户，请忽略此邮件：没有您的密码，该账户无法使用。

mail-account-invitation-subject = 您在 { $service } 的账户已准备就绪
mail-account-invitation-lead = 您已被添加到 { $service } 的“{ $account }”。
mail-account-invitation-lead-unnamed = 您已被添加到 { $service } 的一个账户。
mail-account-invitation-detail = 点击链接将打开设置密码的页面。之后您可以用此地址登录。链接在 { $expires_in }内有效。
mail-account-invitation-button = 设置密码
mail-account-invitation-caution = 如果您不清楚此邮件的来由，请忽略它。请勿转发此链接：任何获得链接的人都可以以您的身份登录。

mail-two-factor-otp-subject = 您登录 { $service } 的验证码
mail-two-factor-otp-lead = 请输入以下验证码，以证明是您本人在登录 { $service }：
mail-two-factor-otp-detail = 验证码在 { $expires_in }内有效，只能使用一次，并且只能用于申请它的地方。
mail-two-factor-otp-caution = 如果不是您本人操作，说明有其他人知道您的密码：请立即设置新密码。切勿将验证码告诉任何人：我们不会向您索要。

mail-invitation-subject = { $inviter } 邀请您加入 { $service } 的 { $organization }
mail-invitation-lead = { $inviter } 邀请您加入 { $service } 的 { $organization }。
mail-invitation-inviter = { $name }
mail-invitation-inviter-unnamed = 一位成员
mail-invitation-organization-unnamed = 一个组织
mail-invitation-role = 您的角色：{ $role }
mail-invitation-note = 对方的留言：{ $note }
mail-invitation-detail = 点击链接将打开邀请页面，您可以使用此地址的账户接受邀请。链接在 { $expires_in }内有效。
mail-invitation-button = 查看邀请
mail-invitation-caution = 如果您不认识邀请人，请忽略此邮件：未经您同意，您不会加入任何组织。

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count } 分钟
duration-hours = { $count } 小时
duration-days = { $count } 天
moment = { $year } 年 { $month } 月 { $day } 日 { $time }（UTC）

### Pages
