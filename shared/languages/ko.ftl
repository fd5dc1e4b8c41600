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
