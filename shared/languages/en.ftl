# English. How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = Hello { $name },
mail-greeting-unnamed = Hello,
mail-link-fallback = If the button does not work, open this address in a browser:
# The last line of a security notice, without and with SUPPORT_EMAIL.
mail-support = If this was not you and you need help, contact the support of { $service }.
mail-support-address = If this was not you and you need help, write to the support of { $service }: { $support_email }

mail-verify-email-subject = Confirm your email address for { $service }
mail-verify-email-lead = You, or another person who entered this address, asked { $service } to confirm it.
mail-verify-email-detail = The link opens a page on which you confirm that the address is yours. It works for { $expires_in }.
mail-verify-email-button = Confirm my address
mail-verify-email-caution = If it was not you, ignore this mail: the address stays unconfirmed.

mail-reset-password-subject = Reset your password for { $service }
mail-reset-password-lead = You, or another person who entered your address, asked for a new password for your account at { $service }.
mail-reset-password-detail = The link opens a page on which you choose it; until then, the old password stays. The link works for { $expires_in }.
mail-reset-password-button = Choose a new password
mail-reset-password-caution = If it was not you, ignore this mail: your password stays as it is. Do not pass the link on: anyone who has it can take over your account.

mail-change-email-subject = Confirm your new email address for { $service }
mail-change-email-lead = You, or another person who is signed in to an account at { $service }, asked to use { $new_email } for that account from now on.
mail-change-email-detail = The link opens a page on which you confirm the change. It works for { $expires_in }.
mail-change-email-button = Use this address
mail-change-email-caution = If it was not you, ignore this mail: nothing changes, and your address is not used.

mail-approve-email-change-subject = Approve the new email address of your { $service } account
mail-approve-email-change-lead = You, or another person who is signed in to your account at { $service }, asked to use { $new_email } for the account instead of this address.
mail-approve-email-change-detail = The link opens a page on which you approve that. The new address then gets a mail, which confirms the change. The link works for { $expires_in }.
mail-approve-email-change-button = Approve this address
mail-approve-email-change-caution = If it was not you, do not approve it: nothing changes without your approval. Change your password and end your other sessions.

mail-email-changed-subject = The email address of your { $service } account was changed
mail-email-changed-lead = The email address of your account at { $service } was replaced. This address no longer belongs to the account, and you can no longer sign in with it.
mail-email-changed-caution = If it was you, there is nothing to do. If not, another person may be using your account.

mail-password-changed-subject = Your { $service } password was changed
mail-password-changed-lead = The password of your account at { $service } was changed on { $at }.
mail-password-changed-caution = If it was you, there is nothing to do. If not, another person may be using your account: choose a new password at once with “forgot password”.

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
mail-credential-changed-caution = If it was you, there is nothing to do. If not, another person may be using your account: choose a new password at once with “forgot password”, and end all other sessions.

mail-delete-user-subject = Confirm the deletion of your { $service } account
mail-delete-user-lead = You, or another person who is signed in as you, asked to delete your account at { $service }.
mail-delete-user-detail = The link opens a page that asks once more. When you confirm there, the account is deleted permanently and cannot be restored. The link works for { $expires_in }.
mail-delete-user-button = Delete my account
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
mail-role-owner = owner
mail-role-admin = administrator
mail-role-member = member
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

page-go-on = Continue to { $service }
page-show-password = Show
page-code = Support may ask for the code { $code }.
page-request = The request has the id { $request }.
page-later = The service is busy. Please try again in a moment.
page-unexpected = Something went wrong. Please try again. If it happens again, ask support.

page-field-name = Name
page-field-first-name = First name
page-field-last-name = Last name
page-field-email = Email address
page-field-password = Password
page-field-new-password = New password
page-field-current-password = Your password
page-field-code = Code

page-password-rules = At least { $min ->
    [one] { $min } character
   *[other] { $min } characters
}, and no password that is easy to guess.
page-password-rules-classes = At least { $min ->
    [one] { $min } character
   *[other] { $min } characters
}: upper and lower case letters, digits and special characters. No password that is easy to guess.
page-password-too-short = The password must have at least { $min ->
    [one] { $min } character
   *[other] { $min } characters
}.
page-password-too-long = The password must have at most { $max ->
    [one] { $max } character
   *[other] { $max } characters
}.
page-password-few-classes = The password needs upper and lower case letters, digits and special characters.
page-password-common = This is one of the most common passwords. Choose another.
page-password-guessable = This password is easy to guess. Choose another.
page-password-breached = This password was published in a data breach. Choose another.
page-save-password = Save the password

page-name-invisible = The name must not contain invisible characters.
page-name-length = The name must have from { $min } to { $max ->
    [one] { $max } character
   *[other] { $max } characters
}.
page-first-name-missing = The first name is missing.
page-first-name-long = The first name must have at most { $max ->
    [one] { $max } character
   *[other] { $max } characters
}.
page-first-name-invisible = The first name must not contain control characters or invisible characters.
page-last-name-missing = The last name is missing.
page-last-name-long = The last name must have at most { $max ->
    [one] { $max } character
   *[other] { $max } characters
}.
page-last-name-invisible = The last name must not contain control characters or invisible characters.
page-not-an-address = This is not an email address.

page-incomplete-title = This link is incomplete
page-incomplete = Open the link in the mail again, or copy it completely.
page-link-dead = The link was used already, or it has expired. Ask for a new one.
page-other-user = Another user is signed in here. Sign out, and open the link again.
page-banned = This account is banned. If you believe that this is an error, ask support.
page-not-active = This user is not active. Ask an administrator or support.
page-email-not-updated = It was not possible to update your email address. Ask for the change again, or use another address.
page-password-already-set = You have set your password before. Sign in with it, or ask for a new one.
page-last-administrator = You are the only administrator. Make another user an administrator first.
page-only-owner = You are the only owner of an organization that has other members. Make another member an owner first.
page-impersonating = This is not possible while an administrator acts as the user.
page-not-fresh = Your sign-in is too long ago for this, or without the second factor. Sign in again, and open the link again.
page-unverified = The address of the account is not confirmed yet. Open the link of the mail that asks you to confirm it.

page-again-title = Get a new link
page-again-button = Send a new link
page-again-sent-title = Check your mailbox
page-again-sent = If there is an account with the address { $email }, a mail with a new link is on its way. It can take a few minutes. If it does not arrive, look into the spam folder.

page-verify-email-title = Confirm your email address
page-verify-email = This confirms that the address is yours.
page-confirm-button = Confirm
page-not-mine = Did you not sign up? Then another person did, with your address. You can close this page, or take the account away from that person.
page-not-mine-button = I did not sign up
page-confirmed-title = Your address is confirmed
page-confirmed = Thank you. There is nothing more to do here.
page-not-confirmed-title = Your address was not confirmed
page-sign-up-rejected-title = The account is yours alone
page-sign-up-rejected = The other person can no longer sign in to it, and its content is deleted. To use the account, reset its password.
page-nothing-changed-title = Nothing has changed
page-confirmed-before = Your address was confirmed before. Reset the password of the account if you do not know it.

page-change-email-title = Confirm your new email address
page-change-email = This address replaces the earlier one, with which you can then no longer sign in. If you did not ask for this, close this page.
page-approve-title = Approve the new email address
page-approve = A mail to the new address then completes the change. If you did not ask for this, close this page.
page-approve-button = Approve
page-approved-title = The new address is approved
page-approved = A mail is on its way to it. The address of your account changes when that mail is confirmed.
page-not-approved-title = The new address was not approved

page-reset-password-title = Choose a new password
page-reset-go-on = You choose a new password on the next page.
page-reset-go-on-button = Continue
page-admin-password-title = Choose a new password as an administrator
page-password-changed-title = Your password is changed
page-password-changed = You have been signed out everywhere. Sign in with the new password.
page-password-not-changed-title = Your password was not changed
page-set-password-title = Choose your password
page-password-set-title = Your password is set
page-password-set = Your address is confirmed, too. You can sign in now.
page-password-not-set-title = Your password was not set

page-delete-title = Delete your account?
page-delete = The account is deleted permanently. It cannot be restored.
page-delete-button = Delete my account
page-delete-prove-title = Sign in first
page-delete-prove = You are not signed in in this browser. Only you can delete your account: enter your password here. If you have none, sign in to the application in this browser, and open the link again.
page-deleted-title = Your account is deleted
page-deleted = All its data is deleted, too, and all devices are signed out.
page-not-deleted-title = Your account was not deleted

page-wrong-password = The password is wrong.
page-challenge-ended = The sign-in took too long, or had too many attempts. Enter your password again.
page-code-of-app = The code of your authenticator app, or one of your backup codes.
page-code-mailed = A mail with a code is on its way to you.
page-wrong-code = The code is wrong, or it has expired.
page-mail-code = Send me a code by mail
page-no-mailed-codes = Codes are not sent by mail here. Use a backup code.

page-invitation-title = You are invited
page-invitation = { $inviter } invites you to join { $organization }.
page-fact-organization = Organization
page-fact-inviter = Invited by
page-fact-email = Your address
page-invitation-new = To accept, create your account. If you do not know who invites you, close this page.
page-invitation-account-exists = There is an account with the invited address already. Accept the invitation with its password.
page-join-button = Join
page-accept-button = Accept
page-decline-button = Decline
page-forgotten = You have no password, or do not know it? Sign in to the application in this browser and open the link again, or set a password.
page-forgotten-button = Send me a mail to set a password
page-password-mailed-title = Check your mailbox
page-password-mailed = A mail with which you set a password is on its way to you. Then open the link of the invitation again.
page-verify-first-title = Confirm your address first
page-verify-first = A mail with a link is on its way to you. It confirms your address, and leads back to the invitation.
page-joined-title = You have joined
page-joined = You are a member of { $organization } now.
page-joined-new = You are a member of { $organization } now. You can sign in with your email address and the password.
page-declined-title = You have declined
page-declined = You have not joined { $organization }.
page-not-joined-title = You have not joined
page-no-seat = The organization has no free seat. Ask the person who invited you.
page-already-member = You are a member of the organization already.
page-too-many-organizations = You are a member of as many organizations as a user may be. Leave one first.
page-invitation-unknown = The invitation does not exist, or a newer mail has taken its place. Open the link of the newest mail.
page-invitation-used-title = This invitation is accepted
page-invitation-used = The link was used already. Sign in to work with the organization.
page-invitation-closed-title = This invitation is no longer valid
page-invitation-closed = It was withdrawn or declined. Ask the person who invited you for a new one.
page-invitation-expired-title = This invitation has expired
page-invitation-expired = The invitation has expired. Ask the person who invited you for a new one.

page-register-title = Register
page-register-button = Register
page-registered-title = You are registered
page-registered = A mail is on its way to you. Open the link in it to confirm your address; then you can sign in.
page-not-registered-title = You are not registered
page-registration-unusable = The link was used already, or it is no longer valid. Ask for a new one.
page-registration-taken = There is an account with this address already.
page-registration-no-seat = The account has no free seat. Ask the person who sent the link.
page-registration-inactive = The account is not active. Ask the person who sent the link.

page-error-title = Something went wrong
page-error-denied = You were not signed in, because the access was not permitted. If this was a mistake, start again.
page-error-restart = The sign-in took too long, or was begun in another browser. Start again.
page-error-linked-elsewhere = The account at the provider belongs to another user here. Sign in with it, or use another one.
page-error-other-email = The account at the provider has another email address than yours here. Use one with the same address.
page-error-no-email = The account at the provider has no confirmed email address. Confirm it there, and start again.
page-error-not-linked = There is an account with this address already. Sign in to it in the way you did before, and connect the provider there.
page-error-sign-up-closed = New accounts are not accepted here at the moment. Ask the operator for access.
