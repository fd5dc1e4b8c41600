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
mail-role-owner = 所有者
mail-role-admin = 管理员
mail-role-member = 成员
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

page-go-on = 前往 { $service }
page-show-password = 显示
page-code = 联系客服时可能需要提供代码 { $code }。
page-request = 请求的编号是 { $request }。
page-later = 服务繁忙，请稍后再试。
page-unexpected = 出现了问题，请重试。如果再次出现，请联系客服。

page-field-name = 姓名
page-field-first-name = 名字
page-field-last-name = 姓氏
page-field-email = 电子邮件地址
page-field-password = 密码
page-field-new-password = 新密码
page-field-current-password = 您的密码
page-field-code = 验证码

page-password-rules = 至少 { $min } 个字符，且不能是容易猜到的密码。
page-password-rules-classes = 至少 { $min } 个字符，须包含大写字母、小写字母、数字和特殊字符，且不能是容易猜到的密码。
page-password-too-short = 密码至少需要 { $min } 个字符。
page-password-too-long = 密码最多 { $max } 个字符。
page-password-few-classes = 密码须包含大写字母、小写字母、数字和特殊字符。
page-password-common = 这是最常用的密码之一，请另选一个。
page-password-guessable = 这个密码容易猜到，请另选一个。
page-password-breached = 这个密码已在数据泄露中公开，请另选一个。
page-save-password = 保存密码

page-name-invisible = 姓名不能包含不可见字符。
page-name-length = 姓名须为 { $min } 至 { $max } 个字符。
page-first-name-missing = 请填写名字。
page-first-name-long = 名字最多 { $max } 个字符。
page-first-name-invisible = 名字不能包含控制字符或不可见字符。
page-last-name-missing = 请填写姓氏。
page-last-name-long = 姓氏最多 { $max } 个字符。
page-last-name-invisible = 姓氏不能包含控制字符或不可见字符。
page-not-an-address = 这不是电子邮件地址。

page-incomplete-title = 此链接不完整
page-incomplete = 请从邮件中重新打开，或复制完整的链接。
page-link-dead = 此链接已被使用或已过期，请申请新的链接。
page-other-user = 此处已有其他用户登录。请退出登录，然后重新打开链接。
page-banned = 此账户已被封禁。如果您认为有误，请联系客服。
page-not-active = 此用户未启用。请联系管理员或客服。
page-email-not-updated = 无法更改您的电子邮件地址。请重新申请更改，或使用其他地址。
page-password-already-set = 您之前已设置密码。请用该密码登录，或申请新的密码。
page-last-administrator = 您是唯一的管理员。请先将其他用户设为管理员。
page-only-owner = 您是某个仍有其他成员的组织的唯一所有者。请先将其他成员设为所有者。
page-impersonating = 管理员以该用户身份操作时，无法执行此操作。
page-not-fresh = 您的登录时间过久，或未经第二重验证。请重新登录，然后重新打开链接。
page-unverified = 该账户的地址尚未确认。请打开确认邮件中的链接。

page-again-title = 获取新的链接
page-again-button = 发送新的链接
page-again-sent-title = 请查看您的邮箱
page-again-sent = 如果存在地址为 { $email } 的账户，一封包含新链接的邮件已发出。可能需要几分钟，也请查看垃圾邮件文件夹。

page-verify-email-title = 确认您的电子邮件地址
page-verify-email = 以此确认该地址属于您。
page-confirm-button = 确认
page-not-mine = 您没有注册过？那么是其他人用您的地址注册的。您可以关闭此页面，或收回该账户。
page-not-mine-button = 我没有注册
page-confirmed-title = 您的地址已确认
page-confirmed = 谢谢。这里无需其他操作。
page-not-confirmed-title = 您的地址未被确认
page-sign-up-rejected-title = 该账户现在只属于您
page-sign-up-rejected = 其他人无法再登录该账户，其中的内容已被删除。如需使用，请重置密码。
page-nothing-changed-title = 没有任何更改
page-confirmed-before = 您的地址之前已确认。如果您不知道账户的密码，请重置密码。

page-change-email-title = 确认您的新电子邮件地址
page-change-email = 从现在起，这就是您账户的地址，原来的地址将无法再登录。如果不是您本人申请的，请关闭此页面。
page-approve-title = 批准新的电子邮件地址
page-approve = 批准后，新地址会收到一封邮件，通过其中的链接完成更改。如果不是您本人申请的，请关闭此页面。
page-approve-button = 批准
page-approved-title = 新地址已批准
page-approved = 已向新地址发送邮件。该邮件确认后，您账户的地址将会更改。
page-not-approved-title = 新地址未被批准

page-reset-password-title = 设置新密码
page-reset-go-on = 您将在下一页设置新密码。
page-reset-go-on-button = 继续
page-admin-password-title = 设置管理员的新密码
page-password-changed-title = 您的密码已更改
page-password-changed = 您已在所有设备上退出登录。请用新密码登录。
page-password-not-changed-title = 您的密码未更改
page-set-password-title = 设置您的密码
page-password-set-title = 您的密码已设置
page-password-set = 您的地址也已确认，现在可以登录。
page-password-not-set-title = 您的密码未设置

page-delete-title = 删除您的账户？
page-delete = 账户将被永久删除，无法恢复。
page-delete-button = 删除我的账户
page-delete-prove-title = 请先登录
page-delete-prove = 您在此浏览器中尚未登录。只有您本人可以删除账户：请在此输入您的密码。如果没有密码，请在此浏览器中登录应用，然后重新打开链接。
page-deleted-title = 您的账户已删除
page-deleted = 账户中的所有内容也已删除，所有设备均已退出登录。
page-not-deleted-title = 您的账户未删除

page-wrong-password = 密码错误。
page-challenge-ended = 登录用时过长或尝试次数过多。请重新输入您的密码。
page-code-of-app = 您的身份验证应用中的验证码，或您的一个备用码。
page-code-mailed = 一封包含验证码的邮件已发送给您。
page-wrong-code = 验证码错误或已过期。
page-mail-code = 通过邮件发送验证码
page-no-mailed-codes = 此处不通过邮件发送验证码。请使用备用码。

page-invitation-title = 您收到了邀请
page-invitation = { $inviter } 邀请您加入 { $organization }。
page-fact-organization = 组织
page-fact-inviter = 邀请人
page-fact-email = 您的地址
page-invitation-new = 如需接受，请创建您的账户。如果您不认识邀请人，请关闭此页面。
page-invitation-account-exists = 受邀地址已有账户。请用该账户的密码接受邀请。
page-join-button = 加入
page-accept-button = 接受
page-decline-button = 拒绝
page-forgotten = 没有密码，或不知道密码？请在此浏览器中登录应用并重新打开链接，或设置密码。
page-forgotten-button = 发送设置密码的邮件
page-password-mailed-title = 请查看您的邮箱
page-password-mailed = 一封用于设置密码的邮件已发送给您。设置后，请重新打开邀请的链接。
page-verify-first-title = 请先确认您的地址
page-verify-first = 一封包含链接的邮件已发送给您。该链接会确认您的地址，并返回邀请页面。
page-joined-title = 您已加入
page-joined = 您现在是 { $organization } 的成员。
page-joined-new = 您现在是 { $organization } 的成员。您可以用电子邮件地址和密码登录。
page-declined-title = 您已拒绝
page-declined = 您不会加入 { $organization }。
page-not-joined-title = 您未加入
page-no-seat = 该组织没有空余名额。请联系邀请您的人。
page-already-member = 您已是该组织的成员。
page-too-many-organizations = 您加入的组织已达到上限。请先退出一个。
page-invitation-unknown = 该邀请不存在，或已被较新的邮件取代。请打开最新邮件中的链接。
page-invitation-used-title = 此邀请已被接受
page-invitation-used = 此链接已被使用。请登录以使用该组织。
page-invitation-closed-title = 此邀请已失效
page-invitation-closed = 邀请已被撤回或拒绝。请向邀请您的人索取新的邀请。
page-invitation-expired-title = 此邀请已过期
page-invitation-expired = 邀请已过期。请向邀请您的人索取新的邀请。

page-register-title = 注册
page-register-button = 注册
page-registered-title = 您已注册
page-registered = 一封邮件已发送给您。请打开其中的链接确认您的地址，然后即可登录。
page-not-registered-title = 您未注册
page-registration-unusable = 此链接已被使用或已失效，请索取新的链接。
page-registration-taken = 此地址已有账户。
page-registration-no-seat = 该账户没有空余名额。请联系发送链接的人。
page-registration-inactive = 该账户未启用。请联系发送链接的人。

page-error-title = 出现了问题
page-error-denied = 由于访问未获许可，您未能登录。如果是误操作，请重新开始。
page-error-restart = 登录用时过长，或是在其他浏览器中开始的。请重新开始。
page-error-linked-elsewhere = 该服务商账户在此属于其他用户。请用它登录，或使用其他账户。
page-error-other-email = 该服务商账户的电子邮件地址与您在此的地址不同。请使用地址相同的账户。
page-error-no-email = 该服务商账户没有已确认的电子邮件地址。请在服务商处确认，然后重新开始。
page-error-not-linked = 此地址已有账户。请用以前的方式登录，再关联该服务商。
page-error-sign-up-closed = 此处目前不接受新账户。请向运营方申请。
