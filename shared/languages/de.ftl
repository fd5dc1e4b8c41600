# German: the formal address is "Sie". How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = Guten Tag { $name },
mail-greeting-unnamed = Guten Tag,
mail-link-fallback = Wenn die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse in einem Browser:
mail-support = Wenn Sie das nicht waren und Hilfe brauchen, wenden Sie sich an den Support von { $service }.
mail-support-address = Wenn Sie das nicht waren und Hilfe brauchen, schreiben Sie dem Support von { $service }: { $support_email }

mail-verify-email-subject = Bestätigen Sie Ihre E-Mail-Adresse für { $service }
mail-verify-email-lead = Diese Adresse wurde bei { $service } angegeben, von Ihnen oder von einer anderen Person, und soll bestätigt werden.
mail-verify-email-detail = Der Link öffnet eine Seite, auf der Sie bestätigen, dass die Adresse Ihnen gehört. Er ist { $expires_in } gültig.
mail-verify-email-button = Adresse bestätigen
mail-verify-email-caution = Wenn Sie das nicht waren, ignorieren Sie diese E-Mail: Die Adresse bleibt unbestätigt.

mail-reset-password-subject = Setzen Sie Ihr Passwort für { $service } zurück
mail-reset-password-lead = Für Ihr Konto bei { $service } wurde ein neues Passwort angefordert, von Ihnen oder von einer anderen Person, die Ihre Adresse eingegeben hat.
mail-reset-password-detail = Der Link öffnet eine Seite, auf der Sie es wählen; bis dahin bleibt das alte Passwort bestehen. Der Link ist { $expires_in } gültig.
mail-reset-password-button = Neues Passwort wählen
mail-reset-password-caution = Wenn Sie das nicht waren, ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist. Geben Sie den Link nicht weiter: Wer ihn hat, kann Ihr Konto übernehmen.

mail-change-email-subject = Bestätigen Sie Ihre neue E-Mail-Adresse für { $service }
mail-change-email-lead = Für ein Konto bei { $service } soll künftig die Adresse { $new_email } verwendet werden. Darum haben Sie gebeten oder eine andere Person, die in dem Konto angemeldet ist.
mail-change-email-detail = Der Link öffnet eine Seite, auf der Sie die Änderung bestätigen. Er ist { $expires_in } gültig.
mail-change-email-button = Diese Adresse verwenden
mail-change-email-caution = Wenn Sie das nicht waren, ignorieren Sie diese E-Mail: Es ändert sich nichts, und Ihre Adresse wird nicht verwendet.

mail-approve-email-change-subject = Genehmigen Sie die neue E-Mail-Adresse Ihres Kontos bei { $service }
mail-approve-email-change-lead = Für Ihr Konto bei { $service } soll statt dieser Adresse die Adresse { $new_email } verwendet werden. Darum haben Sie gebeten oder eine andere Person, die in Ihrem Konto angemeldet ist.
mail-approve-email-change-detail = Der Link öffnet eine Seite, auf der Sie das genehmigen. Danach erhält die neue Adresse eine E-Mail, mit der die Änderung bestätigt wird. Der Link ist { $expires_in } gültig.
mail-approve-email-change-button = Adresse genehmigen
mail-approve-email-change-caution = Wenn Sie das nicht waren, genehmigen Sie es nicht: Ohne Ihre Genehmigung ändert sich nichts. Ändern Sie Ihr Passwort und beenden Sie Ihre anderen Sitzungen.

mail-email-changed-subject = Die E-Mail-Adresse Ihres Kontos bei { $service } wurde geändert
mail-email-changed-lead = Die E-Mail-Adresse Ihres Kontos bei { $service } wurde ersetzt. Diese Adresse gehört nicht mehr zu dem Konto, und Sie können sich nicht mehr mit ihr anmelden.
mail-email-changed-caution = Wenn Sie das waren, brauchen Sie nichts zu tun. Wenn nicht, benutzt möglicherweise eine andere Person Ihr Konto.

mail-password-changed-subject = Ihr Passwort für { $service } wurde geändert
mail-password-changed-lead = Das Passwort Ihres Kontos bei { $service } wurde am { $at } geändert.
mail-password-changed-caution = Wenn Sie das waren, brauchen Sie nichts zu tun. Wenn nicht, benutzt möglicherweise eine andere Person Ihr Konto: Wählen Sie sofort ein neues Passwort, über „Passwort vergessen“.

mail-password-locked-subject = Wählen Sie ein neues Passwort für { $service }
mail-password-locked-lead = Das Passwort Ihres Kontos bei { $service } wurde viele Male ohne Erfolg ausprobiert. Zum Schutz Ihres Kontos kann es auf neuen Geräten nicht mehr verwendet werden.
mail-password-locked-detail = Der Link öffnet eine Seite, auf der Sie ein neues Passwort wählen; danach können Sie sich wieder anmelden. Der Link ist { $expires_in } gültig. Verwenden Sie danach „Passwort vergessen“.
mail-password-locked-button = Neues Passwort wählen
mail-password-locked-caution = Geräte, auf denen Sie angemeldet sind, bleiben angemeldet, bis Sie ein neues Passwort wählen. Geben Sie den Link nicht weiter: Wer ihn hat, kann Ihr Konto übernehmen.

mail-second-factor-on-subject = Die Zwei-Faktor-Authentifizierung wurde eingeschaltet ({ $service })
mail-second-factor-on-lead = Die Zwei-Faktor-Authentifizierung Ihres Kontos bei { $service } wurde am { $at } eingeschaltet.
mail-second-factor-off-subject = Die Zwei-Faktor-Authentifizierung wurde ausgeschaltet ({ $service })
mail-second-factor-off-lead = Die Zwei-Faktor-Authentifizierung Ihres Kontos bei { $service } wurde am { $at } ausgeschaltet.
mail-authenticator-added-subject = Eine Authenticator-App wurde hinzugefügt ({ $service })
mail-authenticator-added-lead = Ihrem Konto bei { $service } wurde am { $at } eine Authenticator-App hinzugefügt.
mail-backup-code-used-subject = Ein Ersatzcode wurde verwendet ({ $service })
mail-backup-code-used-lead = Ein Ersatzcode Ihres Kontos bei { $service } wurde am { $at } verwendet.
mail-backup-codes-created-subject = Neue Ersatzcodes wurden erzeugt ({ $service })
mail-backup-codes-created-lead = Neue Ersatzcodes haben am { $at } die bisherigen Ihres Kontos bei { $service } ersetzt.
mail-passkey-added-subject = Ein Passkey wurde hinzugefügt ({ $service })
mail-passkey-added-lead = Ihrem Konto bei { $service } wurde am { $at } ein Passkey hinzugefügt.
mail-passkey-removed-subject = Ein Passkey wurde entfernt ({ $service })
mail-passkey-removed-lead = Aus Ihrem Konto bei { $service } wurde am { $at } ein Passkey entfernt.
mail-api-key-created-subject = Ein API-Schlüssel wurde erstellt ({ $service })
mail-api-key-created-lead = Für Ihr Konto bei { $service } wurde am { $at } ein API-Schlüssel erstellt.
mail-account-linked-subject = Eine neue Anmeldemethode wurde hinzugefügt ({ $service })
mail-account-linked-lead = Ihr Konto bei { $service } wurde am { $at } mit einem Konto bei einem anderen Anbieter verknüpft, mit dem man sich nun anmelden kann.
mail-account-unlinked-subject = Eine Anmeldemethode wurde entfernt ({ $service })
mail-account-unlinked-lead = Aus den Anmeldemethoden Ihres Kontos bei { $service } wurde am { $at } ein Konto bei einem anderen Anbieter entfernt.
mail-password-removed-subject = Das Passwort wurde entfernt ({ $service })
mail-password-removed-lead = Das Passwort Ihres Kontos bei { $service } wurde am { $at } entfernt.
mail-credential-changed-caution = Wenn Sie das waren, brauchen Sie nichts zu tun. Wenn nicht, benutzt möglicherweise eine andere Person Ihr Konto: Wählen Sie sofort ein neues Passwort, über „Passwort vergessen“, und beenden Sie alle anderen Sitzungen.

mail-delete-user-subject = Bestätigen Sie die Löschung Ihres Kontos bei { $service }
mail-delete-user-lead = Ihr Konto bei { $service } soll gelöscht werden. Darum haben Sie gebeten oder eine andere Person, die in Ihrem Namen angemeldet ist.
mail-delete-user-detail = Der Link öffnet eine Seite, die noch einmal nachfragt. Wenn Sie dort bestätigen, wird das Konto endgültig gelöscht und kann nicht wiederhergestellt werden. Der Link ist { $expires_in } gültig.
mail-delete-user-button = Weiter zur Löschung
mail-delete-user-caution = Wenn Sie das nicht waren, bestätigen Sie nicht: Ihr Konto bleibt bestehen. Ändern Sie Ihr Passwort, denn möglicherweise benutzt eine andere Person Ihr Konto.

mail-activate-account-subject = Aktivieren Sie Ihr Konto bei { $service }
mail-activate-account-lead = Bei { $service } wurde ein Konto mit dem Namen { $account } angelegt, dessen Administrator Sie sind.
mail-activate-account-lead-unnamed = Bei { $service } wurde ein Konto angelegt, dessen Administrator Sie sind.
mail-activate-account-detail = Der Link öffnet eine Seite, auf der Sie Ihre Adresse bestätigen und Ihr Passwort wählen. Er ist { $expires_in } gültig.
mail-activate-account-button = Konto aktivieren
mail-activate-account-caution = Wenn Sie kein Konto angefordert haben, ignorieren Sie diese E-Mail: Ohne Ihr Passwort kann es nicht verwendet werden.

mail-account-invitation-subject = Ihr Konto bei { $service } ist bereit
mail-account-invitation-lead = Sie wurden bei { $service } zu { $account } hinzugefügt.
mail-account-invitation-lead-unnamed = Sie wurden bei { $service } zu einem Konto hinzugefügt.
mail-account-invitation-detail = Der Link öffnet eine Seite, auf der Sie Ihr Passwort wählen. Danach können Sie sich mit dieser Adresse anmelden. Der Link ist { $expires_in } gültig.
mail-account-invitation-button = Passwort wählen
mail-account-invitation-caution = Wenn Sie nicht wissen, worum es geht, ignorieren Sie diese E-Mail. Geben Sie den Link nicht weiter: Wer ihn hat, kann sich in Ihrem Namen anmelden.

mail-two-factor-otp-subject = Ihr Code für die Anmeldung bei { $service }
mail-two-factor-otp-lead = Geben Sie diesen Code ein, um zu zeigen, dass Sie selbst sich bei { $service } anmelden:
mail-two-factor-otp-detail = Er ist { $expires_in } gültig, ein einziges Mal und nur dort, wo er angefordert wurde.
mail-two-factor-otp-caution = Wenn Sie das nicht waren, kennt eine andere Person Ihr Passwort: Wählen Sie sofort ein neues. Geben Sie den Code niemals weiter: Wir fragen nicht danach.

mail-invitation-subject = { $inviter } lädt Sie ein, { $organization } bei { $service } beizutreten
mail-invitation-lead = { $inviter } lädt Sie ein, { $organization } bei { $service } beizutreten.
mail-invitation-inviter = { $name }
mail-invitation-inviter-unnamed = Ein Mitglied
mail-invitation-organization-unnamed = einer Organisation
mail-invitation-role = Ihre Rolle: { $role }
mail-invitation-note = Nachricht dazu: { $note }
mail-invitation-detail = Der Link führt Sie zu der Einladung, die Sie mit einem Konto für diese Adresse annehmen. Er ist { $expires_in } gültig.
mail-invitation-button = Einladung ansehen
mail-invitation-caution = Wenn Sie nicht wissen, wer Sie einlädt, ignorieren Sie diese E-Mail: Ohne Ihre Zustimmung treten Sie nirgends bei.

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
duration-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
duration-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
moment = { $day }. { $month ->
     [1] Januar
     [2] Februar
     [3] März
     [4] April
     [5] Mai
     [6] Juni
     [7] Juli
     [8] August
     [9] September
     [10] Oktober
     [11] November
    *[12] Dezember
    } { $year } um { $time } Uhr (UTC)

### Pages
