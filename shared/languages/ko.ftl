# Korean: the polite form. How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = { $name } 님, 안녕하세요.
mail-greeting-unnamed = 안녕하세요.
mail-link-fallback = 버튼이 작동하지 않으면 브라우저에서 다음 주소를 여십시오.
mail-support = 본인이 하신 것이 아니며 도움이 필요하시면 { $service } 고객 지원팀에 문의하십시오.
mail-support-address = 본인이 하신 것이 아니며 도움이 필요하시면 { $service } 고객 지원팀에 문의하십시오: { $support_email }

mail-verify-email-subject = { $service } 이메일 주소를 확인해 주십시오
mail-verify-email-lead = 고객님 또는 다른 사람이 이 주소를 { $service }에 입력하여 확인이 필요합니다.
mail-verify-email-detail = 링크를 열면 이 주소가 고객님의 것임을 확인하는 페이지가 표시됩니다. 링크는 { $expires_in } 동안 유효합니다.
mail-verify-email-button = 내 주소 확인
mail-verify-email-caution = 본인이 하신 것이 아니라면 이 메일을 무시하십시오. 주소는 확인되지 않은 상태로 남습니다.

mail-reset-password-subject = { $service } 비밀번호 재설정
mail-reset-password-lead = 고객님 또는 고객님의 주소를 입력한 다른 사람이 { $service } 계정의 새 비밀번호를 요청했습니다.
mail-reset-password-detail = 링크를 열면 새 비밀번호를 설정하는 페이지가 표시됩니다. 설정하기 전까지는 기존 비밀번호가 유지됩니다. 링크는 { $expires_in } 동안 유효합니다.
mail-reset-password-button = 새 비밀번호 설정
mail-reset-password-caution = 본인이 하신 것이 아니라면 이 메일을 무시하십시오. 비밀번호는 그대로 유지됩니다. 링크를 다른 사람에게 전달하지 마십시오. 링크를 가진 사람은 누구나 고객님의 계정을 탈취할 수 있습니다.

mail-change-email-subject = { $service }의 새 이메일 주소를 확인해 주십시오
mail-change-email-lead = 고객님 또는 { $service } 계정에 로그인한 다른 사람이 앞으로 그 계정에 { $new_email } 주소를 사용하도록 요청했습니다.
mail-change-email-detail = 링크를 열면 변경을 확인하는 페이지가 표시됩니다. 링크는 { $expires_in } 동안 유효합니다.
mail-change-email-button = 이 주소 사용
mail-change-email-caution = 본인이 하신 것이 아니라면 이 메일을 무시하십시오. 아무것도 변경되지 않으며 고객님의 주소는 사용되지 않습니다.

mail-approve-email-change-subject = { $service } 계정의 새 이메일 주소를 승인해 주십시오
mail-approve-email-change-lead = 고객님 또는 고객님의 { $service } 계정에 로그인한 다른 사람이 이 주소 대신 { $new_email } 주소를 사용하도록 요청했습니다.
mail-approve-email-change-detail = 링크를 열면 변경을 승인하는 페이지가 표시됩니다. 승인하시면 새 주소로 변경을 확인하는 메일이 발송됩니다. 링크는 { $expires_in } 동안 유효합니다.
mail-approve-email-change-button = 이 주소 승인
mail-approve-email-change-caution = 본인이 하신 것이 아니라면 승인하지 마십시오. 승인하지 않으면 아무것도 변경되지 않습니다. 비밀번호를 변경하고 다른 세션을 종료하십시오.

mail-email-changed-subject = { $service } 계정의 이메일 주소가 변경되었습니다
mail-email-changed-lead = { $service } 계정의 이메일 주소가 변경되었습니다. 이 주소는 더 이상 해당 계정에 속하지 않으며, 이 주소로 로그인할 수 없습니다.
mail-email-changed-caution = 본인이 하신 것이라면 별도의 조치가 필요하지 않습니다. 그렇지 않다면 다른 사람이 고객님의 계정을 사용하고 있을 수 있습니다.

mail-password-changed-subject = { $service } 비밀번호가 변경되었습니다
mail-password-changed-lead = { $service } 계정의 비밀번호가 { $at }에 변경되었습니다.
mail-password-changed-caution = 본인이 하신 것이라면 별도의 조치가 필요하지 않습니다. 그렇지 않다면 다른 사람이 고객님의 계정을 사용하고 있을 수 있습니다. ‘비밀번호 찾기’를 통해 즉시 새 비밀번호를 설정하십시오.

mail-password-locked-subject = { $service }의 새 비밀번호를 설정해 주십시오
mail-password-locked-lead = { $service } 계정의 비밀번호 입력이 여러 번 실패했습니다. 계정을 보호하기 위해 새 기기에서는 이 비밀번호를 더 이상 사용할 수 없습니다.
mail-password-locked-detail = 링크를 열면 새 비밀번호를 설정하는 페이지가 표시됩니다. 설정한 후에는 다시 로그인할 수 있습니다. 링크는 { $expires_in } 동안 유효합니다. 그 이후에는 ‘비밀번호 찾기’를 이용하십시오.
mail-password-locked-button = 새 비밀번호 설정
mail-password-locked-caution = 로그인되어 있는 기기는 새 비밀번호를 설정할 때까지 로그인 상태가 유지됩니다. 링크를 다른 사람에게 전달하지 마십시오. 링크를 가진 사람은 누구나 고객님의 계정을 탈취할 수 있습니다.

mail-second-factor-on-subject = 2단계 인증이 켜졌습니다({ $service })
mail-second-factor-on-lead = { $service } 계정의 2단계 인증이 { $at }에 켜졌습니다.
mail-second-factor-off-subject = 2단계 인증이 꺼졌습니다({ $service })
mail-second-factor-off-lead = { $service } 계정의 2단계 인증이 { $at }에 꺼졌습니다.
mail-authenticator-added-subject = 인증 앱이 추가되었습니다({ $service })
mail-authenticator-added-lead = { $service } 계정에 인증 앱이 { $at }에 추가되었습니다.
mail-backup-code-used-subject = 백업 코드가 사용되었습니다({ $service })
mail-backup-code-used-lead = { $service } 계정의 백업 코드가 { $at }에 사용되었습니다.
mail-backup-codes-created-subject = 새 백업 코드가 생성되었습니다({ $service })
mail-backup-codes-created-lead = { $service } 계정의 백업 코드가 { $at }에 새로 생성되어 이전 코드는 더 이상 사용할 수 없습니다.
mail-passkey-added-subject = 패스키가 추가되었습니다({ $service })
mail-passkey-added-lead = { $service } 계정에 패스키가 { $at }에 추가되었습니다.
mail-passkey-removed-subject = 패스키가 삭제되었습니다({ $service })
mail-passkey-removed-lead = { $service } 계정의 패스키가 { $at }에 삭제되었습니다.
mail-api-key-created-subject = API 키가 생성되었습니다({ $service })
mail-api-key-created-lead = { $service } 계정의 API 키가 { $at }에 생성되었습니다.
mail-account-linked-subject = 새 로그인 방법이 추가되었습니다({ $service })
mail-account-linked-lead = 다른 제공업체의 계정이 { $at }에 { $service } 계정에 연결되어 이제 그 계정으로 로그인할 수 있습니다.
mail-account-unlinked-subject = 로그인 방법이 삭제되었습니다({ $service })
mail-account-unlinked-lead = 다른 제공업체의 계정이 { $at }에 { $service } 계정의 로그인 방법에서 삭제되었습니다.
mail-password-removed-subject = 비밀번호가 삭제되었습니다({ $service })
mail-password-removed-lead = { $service } 계정의 비밀번호가 { $at }에 삭제되었습니다.
mail-credential-changed-caution = 본인이 하신 것이라면 별도의 조치가 필요하지 않습니다. 그렇지 않다면 다른 사람이 고객님의 계정을 사용하고 있을 수 있습니다. ‘비밀번호 찾기’를 통해 즉시 새 비밀번호를 설정하고 다른 세션을 모두 종료하십시오.

mail-delete-user-subject = { $service } 계정 삭제를 확인해 주십시오
mail-delete-user-lead = 고객님 또는 고객님으로 로그인한 다른 사람이 { $service } 계정의 삭제를 요청했습니다.
mail-delete-user-detail = 링크를 열면 다시 한번 확인하는 페이지가 표시됩니다. 그 페이지에서 확인하시면 계정이 영구히 삭제되며 복구할 수 없습니다. 링크는 { $expires_in } 동안 유효합니다.
mail-delete-user-button = 삭제 페이지로 이동
mail-delete-user-caution = 본인이 하신 것이 아니라면 확인하지 마십시오. 계정은 그대로 유지됩니다. 다른 사람이 고객님의 계정을 사용하고 있을 수 있으므로 비밀번호를 변경하십시오.

mail-activate-account-subject = { $service } 계정을 활성화해 주십시오
mail-activate-account-lead = { $service }에 ‘{ $account }’ 계정이 생성되었으며, 고객님이 관리자입니다.
mail-activate-account-lead-unnamed = { $service }에 계정이 생성되었으며, 고객님이 관리자입니다.
mail-activate-account-detail = 링크를 열면 주소를 확인하고 비밀번호를 설정하는 페이지가 표시됩니다. 링크는 { $expires_in } 동안 유효합니다.
mail-activate-account-button = 계정 활성화
mail-activate-account-caution = 계정을 신청하지 않으셨다면 이 메일을 무시하십시오. 고객님의 비밀번호 없이는 계정을 사용할 수 없습니다.

mail-account-invitation-subject = { $service } 계정이 준비되었습니다
mail-account-invitation-lead = 고객님이 { $service }의 ‘{ $account }’ 계정에 추가되었습니다.
mail-account-invitation-lead-unnamed = 고객님이 { $service }의 계정에 추가되었습니다.
mail-account-invitation-detail = 링크를 열면 비밀번호를 설정하는 페이지가 표시됩니다. 설정한 후에는 이 주소로 로그인할 수 있습니다. 링크는 { $expires_in } 동안 유효합니다.
mail-account-invitation-button = 비밀번호 설정
mail-account-invitation-caution = 무슨 내용인지 모르신다면 이 메일을 무시하십시오. 링크를 다른 사람에게 전달하지 마십시오. 링크를 가진 사람은 누구나 고객님으로 로그인할 수 있습니다.

mail-two-factor-otp-subject = { $service } 로그인 코드
mail-two-factor-otp-lead = { $service }에 로그인하는 사람이 본인임을 확인하기 위해 다음 코드를 입력하십시오.
mail-two-factor-otp-detail = 코드는 { $expires_in } 동안 유효하며, 요청한 곳에서 한 번만 사용할 수 있습니다.
mail-two-factor-otp-caution = 본인이 하신 것이 아니라면 다른 사람이 고객님의 비밀번호를 알고 있는 것입니다. 즉시 새 비밀번호를 설정하십시오. 코드를 누구에게도 알려 주지 마십시오. 저희는 코드를 묻지 않습니다.

mail-invitation-subject = { $inviter }이 { $service }의 { $organization }에 초대했습니다
mail-invitation-lead = { $inviter }이 고객님을 { $service }의 { $organization }에 초대했습니다.
mail-invitation-inviter = { $name } 님
mail-invitation-inviter-unnamed = 회원 한 분
mail-invitation-organization-unnamed = 조직
mail-invitation-role = 고객님의 역할: { $role }
mail-role-owner = 소유자
mail-role-admin = 관리자
mail-role-member = 구성원
mail-invitation-note = 함께 보낸 메시지: { $note }
mail-invitation-detail = 링크를 열면 초대 내용이 표시되며, 이 주소의 계정으로 초대를 수락할 수 있습니다. 링크는 { $expires_in } 동안 유효합니다.
mail-invitation-button = 초대 보기
mail-invitation-caution = 누가 초대했는지 모르신다면 이 메일을 무시하십시오. 고객님의 동의 없이는 어디에도 가입되지 않습니다.

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count }분
duration-hours = { $count }시간
duration-days = { $count }일
moment = { $year }년 { $month }월 { $day }일 { $time }(UTC)

### Pages

page-go-on = { $service }(으)로 이동
page-show-password = 표시
page-code = 고객 지원에서 코드 { $code }을(를) 요청할 수 있습니다.
page-request = 요청 ID는 { $request }입니다.
page-later = 서비스가 혼잡합니다. 잠시 후 다시 시도해 주십시오.
page-unexpected = 문제가 발생했습니다. 다시 시도해 주십시오. 문제가 반복되면 고객 지원에 문의해 주십시오.

page-field-name = 성명
page-field-first-name = 이름
page-field-last-name = 성
page-field-email = 이메일 주소
page-field-password = 비밀번호
page-field-new-password = 새 비밀번호
page-field-current-password = 현재 비밀번호
page-field-code = 코드

page-password-rules = { $min }자 이상의 추측하기 어려운 비밀번호를 입력해 주십시오.
page-password-rules-classes = 대문자, 소문자, 숫자, 특수 문자를 포함하여 { $min }자 이상의 추측하기 어려운 비밀번호를 입력해 주십시오.
page-password-too-short = 비밀번호는 { $min }자 이상이어야 합니다.
page-password-too-long = 비밀번호는 { $max }자 이하여야 합니다.
page-password-few-classes = 비밀번호에는 대문자, 소문자, 숫자, 특수 문자가 필요합니다.
page-password-common = 매우 흔히 쓰이는 비밀번호입니다. 다른 비밀번호를 선택해 주십시오.
page-password-guessable = 추측하기 쉬운 비밀번호입니다. 다른 비밀번호를 선택해 주십시오.
page-password-breached = 데이터 유출로 공개된 비밀번호입니다. 다른 비밀번호를 선택해 주십시오.
page-save-password = 비밀번호 저장

page-name-invisible = 성명에는 보이지 않는 문자를 사용할 수 없습니다.
page-name-length = 성명은 { $min }자 이상 { $max }자 이하여야 합니다.
page-first-name-missing = 이름을 입력해 주십시오.
page-first-name-long = 이름은 { $max }자 이하여야 합니다.
page-first-name-invisible = 이름에는 제어 문자나 보이지 않는 문자를 사용할 수 없습니다.
page-last-name-missing = 성을 입력해 주십시오.
page-last-name-long = 성은 { $max }자 이하여야 합니다.
page-last-name-invisible = 성에는 제어 문자나 보이지 않는 문자를 사용할 수 없습니다.
page-not-an-address = 이메일 주소가 아닙니다.

page-incomplete-title = 링크가 완전하지 않습니다
page-incomplete = 메일에서 다시 열거나 링크 전체를 복사해 주십시오.
page-link-dead = 이미 사용되었거나 만료된 링크입니다. 새 링크를 요청해 주십시오.
page-other-user = 다른 사용자가 로그인되어 있습니다. 로그아웃한 후 링크를 다시 열어 주십시오.
page-banned = 이용이 정지된 계정입니다. 잘못된 것이라면 고객 지원에 문의해 주십시오.
page-not-active = 활성 상태가 아닌 사용자입니다. 관리자나 고객 지원에 문의해 주십시오.
page-email-not-updated = 이메일 주소를 변경할 수 없었습니다. 변경을 다시 요청하거나 다른 주소를 사용해 주십시오.
page-password-already-set = 비밀번호가 이미 설정되어 있습니다. 그 비밀번호로 로그인하거나 새 비밀번호를 요청해 주십시오.
page-last-administrator = 귀하는 유일한 관리자입니다. 먼저 다른 사용자를 관리자로 지정해 주십시오.
page-only-owner = 귀하는 다른 구성원이 있는 조직의 유일한 소유자입니다. 먼저 다른 구성원을 소유자로 지정해 주십시오.
page-impersonating = 관리자가 사용자로 작업하는 동안에는 할 수 없습니다.
page-not-fresh = 로그인한 지 오래되었거나 2단계 인증을 거치지 않았습니다. 다시 로그인한 후 링크를 다시 열어 주십시오.
page-unverified = 계정의 주소가 아직 확인되지 않았습니다. 확인을 요청하는 메일의 링크를 열어 주십시오.

page-again-title = 새 링크 받기
page-again-button = 새 링크 보내기
page-again-sent-title = 메일함을 확인해 주십시오
page-again-sent = { $email } 주소의 계정이 있으면 새 링크가 담긴 메일이 발송됩니다. 몇 분 걸릴 수 있으며 스팸 메일함도 확인해 주십시오.

page-verify-email-title = 이메일 주소를 확인해 주십시오
page-verify-email = 이 주소가 본인의 것임을 확인합니다.
page-confirm-button = 확인
page-not-mine = 가입하지 않으셨습니까? 그렇다면 다른 사람이 귀하의 주소로 가입한 것입니다. 이 페이지를 닫거나 그 사람에게서 계정을 회수할 수 있습니다.
page-not-mine-button = 가입하지 않았습니다
page-confirmed-title = 주소가 확인되었습니다
page-confirmed = 감사합니다. 더 하실 일은 없습니다.
page-not-confirmed-title = 주소가 확인되지 않았습니다
page-sign-up-rejected-title = 이제 계정은 귀하만의 것입니다
page-sign-up-rejected = 다른 사람은 더 이상 로그인할 수 없으며 계정에 있던 내용은 삭제되었습니다. 사용하려면 비밀번호를 재설정해 주십시오.
page-nothing-changed-title = 변경된 것이 없습니다
page-confirmed-before = 주소가 이전에 확인되었습니다. 계정의 비밀번호를 모르면 재설정해 주십시오.

page-change-email-title = 새 이메일 주소를 확인해 주십시오
page-change-email = 이제부터 이 주소가 계정의 주소이며 이전 주소로는 더 이상 로그인할 수 없습니다. 요청하지 않으셨다면 이 페이지를 닫아 주십시오.
page-approve-title = 새 이메일 주소를 승인해 주십시오
page-approve = 승인하면 변경을 완료하는 링크가 새 주소로 발송됩니다. 요청하지 않으셨다면 이 페이지를 닫아 주십시오.
page-approve-button = 승인
page-approved-title = 새 주소가 승인되었습니다
page-approved = 새 주소로 메일이 발송되었습니다. 그 메일이 확인되면 계정의 주소가 변경됩니다.
page-not-approved-title = 새 주소가 승인되지 않았습니다

page-reset-password-title = 새 비밀번호를 설정해 주십시오
page-reset-go-on = 다음 페이지에서 새 비밀번호를 설정합니다.
page-reset-go-on-button = 계속
page-admin-password-title = 관리자의 새 비밀번호를 설정해 주십시오
page-password-changed-title = 비밀번호가 변경되었습니다
page-password-changed = 모든 기기에서 로그아웃되었습니다. 새 비밀번호로 로그인해 주십시오.
page-password-not-changed-title = 비밀번호가 변경되지 않았습니다
page-set-password-title = 비밀번호를 설정해 주십시오
page-password-set-title = 비밀번호가 설정되었습니다
page-password-set = 주소도 확인되었습니다. 이제 로그인할 수 있습니다.
page-password-not-set-title = 비밀번호가 설정되지 않았습니다

page-delete-title = 계정을 삭제하시겠습니까?
page-delete = 계정은 영구히 삭제되며 되돌릴 수 없습니다.
page-delete-button = 내 계정 삭제
page-delete-prove-title = 먼저 로그인해 주십시오
page-delete-prove = 이 브라우저에서 로그인되어 있지 않습니다. 계정은 본인만 삭제할 수 있습니다. 여기에 비밀번호를 입력해 주십시오. 비밀번호가 없으면 이 브라우저에서 애플리케이션에 로그인한 후 링크를 다시 열어 주십시오.
page-deleted-title = 계정이 삭제되었습니다
page-deleted = 계정에 속한 모든 것이 삭제되었으며 모든 기기에서 로그아웃되었습니다.
page-not-deleted-title = 계정이 삭제되지 않았습니다

page-wrong-password = 비밀번호가 올바르지 않습니다.
page-challenge-ended = 로그인 시간이 초과되었거나 시도 횟수가 너무 많았습니다. 비밀번호를 다시 입력해 주십시오.
page-code-of-app = 인증 앱의 코드 또는 백업 코드를 입력해 주십시오.
page-code-mailed = 코드가 담긴 메일이 발송되었습니다.
page-wrong-code = 코드가 올바르지 않거나 만료되었습니다.
page-mail-code = 메일로 코드 받기
page-no-mailed-codes = 여기에서는 코드를 메일로 보내지 않습니다. 백업 코드를 사용해 주십시오.

page-invitation-title = 초대를 받으셨습니다
page-invitation = { $inviter } 님이 { $organization }에 초대합니다.
page-fact-organization = 조직
page-fact-inviter = 초대한 사람
page-fact-email = 귀하의 주소
page-invitation-new = 수락하려면 계정을 만들어 주십시오. 초대한 사람을 모르면 이 페이지를 닫아 주십시오.
page-invitation-account-exists = 초대받은 주소의 계정이 이미 있습니다. 그 비밀번호로 초대를 수락해 주십시오.
page-join-button = 참여
page-accept-button = 수락
page-decline-button = 거절
page-forgotten = 비밀번호가 없거나 모르십니까? 이 브라우저에서 애플리케이션에 로그인한 후 링크를 다시 열거나 비밀번호를 설정해 주십시오.
page-forgotten-button = 비밀번호 설정 메일 받기
page-password-mailed-title = 메일함을 확인해 주십시오
page-password-mailed = 비밀번호를 설정하는 메일이 발송되었습니다. 설정한 후 초대 링크를 다시 열어 주십시오.
page-verify-first-title = 먼저 주소를 확인해 주십시오
page-verify-first = 링크가 담긴 메일이 발송되었습니다. 링크를 열면 주소가 확인되고 초대로 돌아옵니다.
page-joined-title = 참여하셨습니다
page-joined = 이제 { $organization }의 구성원입니다.
page-joined-new = 이제 { $organization }의 구성원입니다. 이메일 주소와 비밀번호로 로그인할 수 있습니다.
page-declined-title = 거절하셨습니다
page-declined = { $organization }에 참여하지 않습니다.
page-not-joined-title = 참여하지 않았습니다
page-no-seat = 조직에 빈자리가 없습니다. 초대한 사람에게 문의해 주십시오.
page-already-member = 이미 조직의 구성원입니다.
page-too-many-organizations = 참여할 수 있는 조직 수의 한도에 도달했습니다. 먼저 한 조직에서 나가 주십시오.
page-invitation-unknown = 초대가 없거나 최신 메일로 대체되었습니다. 가장 최근 메일의 링크를 열어 주십시오.
page-invitation-used-title = 이미 수락된 초대입니다
page-invitation-used = 이미 사용된 링크입니다. 조직을 이용하려면 로그인해 주십시오.
page-invitation-closed-title = 더 이상 유효하지 않은 초대입니다
page-invitation-closed = 초대가 취소되었거나 거절되었습니다. 초대한 사람에게 새 초대를 요청해 주십시오.
page-invitation-expired-title = 만료된 초대입니다
page-invitation-expired = 초대가 만료되었습니다. 초대한 사람에게 새 초대를 요청해 주십시오.

page-register-title = 등록
page-register-button = 등록
page-registered-title = 등록되었습니다
page-registered = 메일이 발송되었습니다. 메일의 링크를 열어 주소를 확인하면 로그인할 수 있습니다.
page-not-registered-title = 등록되지 않았습니다
page-registration-unusable = 이미 사용되었거나 더 이상 유효하지 않은 링크입니다. 새 링크를 요청해 주십시오.
page-registration-taken = 이 주소의 계정이 이미 있습니다.
page-registration-no-seat = 계정에 빈자리가 없습니다. 링크를 보낸 사람에게 문의해 주십시오.
page-registration-inactive = 활성 상태가 아닌 계정입니다. 링크를 보낸 사람에게 문의해 주십시오.

page-error-title = 문제가 발생했습니다
page-error-denied = 접근이 허용되지 않아 로그인하지 못했습니다. 실수였다면 처음부터 다시 시작해 주십시오.
page-error-restart = 로그인 시간이 초과되었거나 다른 브라우저에서 시작되었습니다. 처음부터 다시 시작해 주십시오.
page-error-linked-elsewhere = 제공자의 계정이 다른 사용자에게 연결되어 있습니다. 그 계정으로 로그인하거나 다른 계정을 사용해 주십시오.
page-error-other-email = 제공자 계정의 이메일 주소가 이곳의 주소와 다릅니다. 같은 주소의 계정을 사용해 주십시오.
page-error-no-email = 제공자 계정에 확인된 이메일 주소가 없습니다. 제공자에서 확인한 후 다시 시작해 주십시오.
page-error-not-linked = 이 주소의 계정이 이미 있습니다. 이전 방식으로 로그인한 후 제공자를 연결해 주십시오.
page-error-sign-up-closed = 현재 새 계정을 받지 않습니다. 운영자에게 문의해 주십시오.
