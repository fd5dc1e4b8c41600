# English. How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = Hello { $name },
mail-greeting-unnamed = Hello,
mail-link-fallback = If the button does not work, open this address in a browser:
# The last line of a security notice, without and with SUPPORT_EMAIL.
mail-support = If this was not you and you need help, contact the support of { $service }.
mail-support-address = If this was not you and you need help, write to the support of { $service }: { $support_email }

mail-verify-email-subject = Confirm your e-mail address for { $service }
mail-verify-email-lead = You, or another person who entered this address, asked { $service } to confirm it.
mail-verify-email-detail = The link opens a page on which you confirm that the address is yours. It works for { $expires_in }.
mail-verify-email-button = Confirm my address
mail-verify-email-caution = If it was not you, ignore this mail: the address stays unconfirmed.

mail-reset-password-subject = Reset your password for { $service }
mail-reset-password-lead = You, or another person who entered your address, asked for a new password for your account at { $service }.
mail-reset-password-detail = The link opens a page on which you choose it; until then, the old password stays. The link works for { $expires_in }.
mail-reset-password-button = Choose a new password
mail-reset-password-caution = If it was not you, ignore this mail: your password stays as it is. Do not pass the link on: anyone who has it can take over your account.

mail-change-email-subject = Confirm your new e-mail address for { $service }
mail-change-email-lead = You, or another person who is signed in to an account at { $service }, asked to use { $new_email } for that account from now on.
mail-change-email-detail = The link opens a page on which you confirm the change. It works for { $expires_in }.
mail-change-email-button = Use this address
mail-change-email-caution = If it was not you, ignore this mail: nothing changes, and your address is not used.

mail-approve-email-change-subject = Approve the new e-mail address of your { $service } account
mail-approve-email-change-lead = You, or another person who is signed in to your account at { $service }, asked to use { $new_email } for the account instead of this address.
mail-approve-email-change-detail = The link opens a page on which you approve that. The new address then gets a mail, which confirms the change. The link works for { $expires_in }.
mail-approve-email-change-button = Approve this address
mail-approve-email-change-caution = If it was not you, do not approve it: nothing changes without your approval. Change your password and end your other sessions.

mail-email-changed-subject = The e-mail address of your { $service } account was changed
mail-email-changed-lead = The e-mail address of your account at { $service } was replaced. This address no longer belongs to the account, and you can no longer sign in with it.
mail-email-changed-caution = If it was you, there is nothing to do. If not, another person may be using your account.

mail-password-changed-subject = Your { $service } password was changed
mail-password-changed-lead = The password of your account at { $service } was changed on { $at }.
mail-password-changed-caution = If it was you, there is nothing to do. If not, another person may be using your account: choose a new password at once, by way of “forgot password”.

mail-password-locked-subject = Choose a new password for { $service }
mail-password-locked-lead = The password of your account at { $service } was tried many times without success. To protect your account, it can no longer be used on new devices.
mail-password-locked-detail = The link opens a page on which you choose a new password; after that you can sign in again. The link works for { $expires_in }. After that, use “forgot password”.
mail-password-locked-button = Choose a new password
mail-password-locked-caution = Devices on which you are signed in stay signed in until you choose a new password. Do not pass the link on: anyone who has it can take over your account.

mail-second-factor-on-subject = Two-factor authentication was turned on ({ $service })
mail-second-factor-on-lead = Two-factor authentication of your account at { $service } was enabled on { $at }.
mail-second-factor-off-subject = Two-factor authentication was turned off ({ $service })
mail-second-factor-off-lead = Two-factor authentication of your account at { $service } was disabled on { $at }.
mail-authenticator-added-subject = An authenticator app was added ({ $service })
mail-authenticator-added-lead = An authenticator app was added to your account at { $service } on { $at }.
mail-backup-code-used-subject = A backup code was used ({ $service })
mail-backup-code-used-lead = A backup code of your account at { $service } was used on { $at }.
mail-backup-codes-created-subject = New backup codes were created ({ $service })
mail-backup-codes-created-lead = New backup codes replaced the earlier ones of your account at { $service } on { $at }.
mail-passkey-added-subject = A passkey was added ({ $service })
mail-passkey-added-lead = A passkey was added to your account at { $service } on { $at }.
mail-passkey-removed-subject = A passkey was removed ({ $service })
mail-passkey-removed-lead = A passkey was removed from your account at { $service } on { $at }.
mail-api-key-created-subject = An API key was created ({ $service })
mail-api-key-created-lead = An API key of your account at { $service } was created on { $at }.
mail-account-linked-subject = A new method of sign-in was added ({ $service })
mail-account-linked-lead = An account at another provider, which can now be used to sign in, was linked to your account at { $service } on { $at }.
mail-account-unlinked-subject = A method of sign-in was removed ({ $service })
mail-account-unlinked-lead = An account at another provider was removed from the methods of sign-in of your account at { $service } on { $at }.
mail-password-removed-subject = The password was removed ({ $service })
mail-password-removed-lead = The password of your account at { $service } was removed on { $at }.
mail-credential-changed-caution = If it was you, there is nothing to do. If not, another person may be using your account: choose a new password at once, by way of “forgot password”, and end all other sessions.

mail-delete-user-subject = Confirm the deletion of your { $service } account
mail-delete-user-lead = You, or another person who is signed in as you, asked to delete your account at { $service }.
mail-delete-user-detail = The link opens a page that asks once more. When you confirm there, the account is deleted for good and cannot be brought back. The link works for { $expires_in }.
mail-delete-user-button = Go to the deletion
mail-delete-user-caution = If it was not you, do not confirm: your account stays. Change your password, because another person may be using your account.

mail-activate-account-subject = Activate your account at { $service }
mail-activate-account-lead = An account named { $account } was created at { $service }, and you are its administrator.
mail-activate-account-lead-unnamed = An account was created at { $service }, and you are its administrator.
mail-activate-account-detail = The link opens a page on which you confirm your address and choose your password. It works for { $expires_in }.
mail-activate-account-button = Activate the account
mail-activate-account-caution = If you did not ask for an account, ignore this mail: without your password it cannot be used.

mail-account-invitation-subject = Your account at { $service } is ready
mail-account-invitation-lead = You have been added to { $account } at { $service }.
mail-account-invitation-lead-unnamed = You have been added to an account at { $service }.
mail-account-invitation-detail = The link opens a page on which you choose your password. After that you can sign in with this address. The link works for { $expires_in }.
mail-account-invitation-button = Choose a password
mail-account-invitation-caution = If you do not know what this is about, ignore this mail. Do not pass the link on: anyone who has it can sign in as you.

mail-two-factor-otp-subject = Your code for signing in to { $service }
mail-two-factor-otp-lead = Enter this code to show that it is you who signs in to { $service }:
mail-two-factor-otp-detail = It works for { $expires_in }, once, and only where it was requested.
mail-two-factor-otp-caution = If it was not you, another person knows your password: choose a new one at once. Never give the code to anyone: we do not ask for it.

mail-invitation-subject = { $inviter } invites you to join { $organization } at { $service }
mail-invitation-lead = { $inviter } invites you to join { $organization } at { $service }.
mail-invitation-inviter = { $name }
mail-invitation-inviter-unnamed = A member
mail-invitation-organization-unnamed = an organization
mail-invitation-role = Your role: { $role }
mail-invitation-note = Their message: { $note }
mail-invitation-detail = The link takes you to the invitation, which you accept with an account for this address. It works for { $expires_in }.
mail-invitation-button = View the invitation
mail-invitation-caution = If you do not know who invites you, ignore this mail: without your consent you join nothing.

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
duration-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
duration-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
moment = { $day } { $month ->
     [1] January
     [2] February
     [3] March
     [4] April
     [5] May
     [6] June
     [7] July
     [8] August
     [9] September
     [10] October
     [11] November
    *[12] December
    } { $year } at { $time } UTC

### Pages
