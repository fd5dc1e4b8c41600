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
mail-role-owner = Inhaber
mail-role-admin = Administrator
mail-role-member = Mitglied
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

page-go-on = Weiter zu { $service }
page-show-password = Anzeigen
page-code = Der Support fragt vielleicht nach dem Code { $code }.
page-request = Die Anfrage hat die Kennung { $request }.
page-later = Der Dienst ist ausgelastet. Bitte versuchen Sie es gleich noch einmal.
page-unexpected = Etwas ist schiefgegangen. Bitte versuchen Sie es noch einmal. Geschieht es wieder, fragen Sie den Support.

page-field-name = Name
page-field-first-name = Vorname
page-field-last-name = Nachname
page-field-email = E-Mail-Adresse
page-field-password = Passwort
page-field-new-password = Neues Passwort
page-field-current-password = Ihr Passwort
page-field-code = Code

page-password-rules = Mindestens { $min } Zeichen, und kein Passwort, das leicht zu erraten ist.
page-password-rules-classes = Mindestens { $min } Zeichen: Groß- und Kleinbuchstaben, Ziffern und Sonderzeichen. Kein Passwort, das leicht zu erraten ist.
page-password-too-short = Das Passwort muss mindestens { $min } Zeichen haben.
page-password-too-long = Das Passwort darf höchstens { $max } Zeichen haben.
page-password-few-classes = Das Passwort braucht Groß- und Kleinbuchstaben, Ziffern und Sonderzeichen.
page-password-common = Dies ist eines der häufigsten Passwörter. Wählen Sie ein anderes.
page-password-guessable = Dieses Passwort ist leicht zu erraten. Wählen Sie ein anderes.
page-password-breached = Dieses Passwort wurde in einem Datenleck veröffentlicht. Wählen Sie ein anderes.
page-save-password = Passwort speichern

page-name-invisible = Der Name darf keine unsichtbaren Zeichen enthalten.
page-name-length = Der Name muss { $min } bis { $max } Zeichen haben.
page-first-name-missing = Der Vorname fehlt.
page-first-name-long = Der Vorname darf höchstens { $max } Zeichen haben.
page-first-name-invisible = Der Vorname darf keine Steuerzeichen und keine unsichtbaren Zeichen enthalten.
page-last-name-missing = Der Nachname fehlt.
page-last-name-long = Der Nachname darf höchstens { $max } Zeichen haben.
page-last-name-invisible = Der Nachname darf keine Steuerzeichen und keine unsichtbaren Zeichen enthalten.
page-not-an-address = Dies ist keine E-Mail-Adresse.

page-incomplete-title = Dieser Link ist unvollständig
page-incomplete = Öffnen Sie ihn noch einmal aus der E-Mail, oder kopieren Sie ihn ganz.
page-link-dead = Der Link wurde schon verwendet oder ist abgelaufen. Fordern Sie einen neuen an.
page-other-user = Hier ist ein anderer Benutzer angemeldet. Melden Sie sich ab, und öffnen Sie den Link noch einmal.
page-banned = Dieses Konto ist gesperrt. Wenn Sie das für einen Irrtum halten, fragen Sie den Support.
page-not-active = Dieser Benutzer ist nicht aktiv. Fragen Sie einen Administrator oder den Support.
page-email-not-updated = Ihre E-Mail-Adresse konnte nicht geändert werden. Fordern Sie die Änderung noch einmal an, oder nehmen Sie eine andere Adresse.
page-password-already-set = Sie haben Ihr Passwort schon gesetzt. Melden Sie sich damit an, oder fordern Sie ein neues an.
page-last-administrator = Sie sind der einzige Administrator. Machen Sie zuerst einen anderen Benutzer zum Administrator.
page-only-owner = Sie sind der einzige Inhaber einer Organisation, die weitere Mitglieder hat. Machen Sie zuerst ein anderes Mitglied zum Inhaber.
page-impersonating = Das ist nicht möglich, solange ein Administrator als der Benutzer handelt.
page-not-fresh = Ihre Anmeldung liegt dafür zu lange zurück oder war ohne zweiten Faktor. Melden Sie sich neu an, und öffnen Sie den Link noch einmal.
page-unverified = Die Adresse des Kontos ist noch nicht bestätigt. Öffnen Sie den Link der E-Mail, die Sie darum bittet.

page-again-title = Einen neuen Link erhalten
page-again-button = Neuen Link senden
page-again-sent-title = Sehen Sie in Ihr Postfach
page-again-sent = Wenn es ein Konto mit der Adresse { $email } gibt, ist eine E-Mail mit einem neuen Link unterwegs. Das kann einige Minuten dauern; vielleicht liegt sie im Ordner für unerwünschte E-Mails.

page-verify-email-title = Bestätigen Sie Ihre E-Mail-Adresse
page-verify-email = Damit bestätigen Sie, dass die Adresse Ihnen gehört.
page-confirm-button = Bestätigen
page-not-mine = Sie haben sich nicht registriert? Dann hat das eine andere Person mit Ihrer Adresse getan. Sie können diese Seite schließen oder dieser Person das Konto entziehen.
page-not-mine-button = Ich habe mich nicht registriert
page-confirmed-title = Ihre Adresse ist bestätigt
page-confirmed = Vielen Dank. Hier ist nichts weiter zu tun.
page-not-confirmed-title = Ihre Adresse wurde nicht bestätigt
page-sign-up-rejected-title = Das Konto gehört nur noch Ihnen
page-sign-up-rejected = Keine andere Person kann sich mehr damit anmelden, und was darin war, ist gelöscht. Um es zu nutzen, setzen Sie das Passwort zurück.
page-nothing-changed-title = Es hat sich nichts geändert
page-confirmed-before = Ihre Adresse wurde schon bestätigt. Setzen Sie das Passwort des Kontos zurück, wenn Sie es nicht kennen.

page-change-email-title = Bestätigen Sie Ihre neue E-Mail-Adresse
page-change-email = Ab jetzt ist dies die Adresse Ihres Kontos, und die bisherige öffnet es nicht mehr. Wenn Sie das nicht veranlasst haben, schließen Sie diese Seite.
page-approve-title = Stimmen Sie der neuen E-Mail-Adresse zu
page-approve = Die neue Adresse erhält dann eine E-Mail, deren Link die Änderung abschließt. Wenn Sie das nicht veranlasst haben, schließen Sie diese Seite.
page-approve-button = Zustimmen
page-approved-title = Der neuen Adresse ist zugestimmt
page-approved = Eine E-Mail ist dorthin unterwegs. Die Adresse Ihres Kontos ändert sich, sobald sie bestätigt ist.
page-not-approved-title = Der neuen Adresse wurde nicht zugestimmt

page-reset-password-title = Wählen Sie ein neues Passwort
page-reset-go-on = Ihr neues Passwort wählen Sie auf der nächsten Seite.
page-reset-go-on-button = Weiter
page-admin-password-title = Wählen Sie ein neues Passwort als Administrator
page-password-changed-title = Ihr Passwort ist geändert
page-password-changed = Sie wurden überall abgemeldet. Melden Sie sich mit dem neuen Passwort an.
page-password-not-changed-title = Ihr Passwort wurde nicht geändert
page-set-password-title = Wählen Sie Ihr Passwort
page-password-set-title = Ihr Passwort ist gesetzt
page-password-set = Damit ist auch Ihre Adresse bestätigt. Sie können sich jetzt anmelden.
page-password-not-set-title = Ihr Passwort wurde nicht gesetzt

page-delete-title = Möchten Sie Ihr Konto löschen?
page-delete = Das Konto wird endgültig gelöscht und kann nicht wiederhergestellt werden.
page-delete-button = Mein Konto löschen
page-delete-prove-title = Melden Sie sich zuerst an
page-delete-prove = Sie sind in diesem Browser nicht angemeldet. Nur Sie können Ihr Konto löschen: Geben Sie hier Ihr Passwort ein. Wenn Sie keines haben, melden Sie sich in diesem Browser bei der Anwendung an, und öffnen Sie den Link noch einmal.
page-deleted-title = Ihr Konto ist gelöscht
page-deleted = Auch alles, was dazugehört, ist gelöscht, und kein Gerät ist mehr angemeldet.
page-not-deleted-title = Ihr Konto wurde nicht gelöscht

page-wrong-password = Das Passwort ist falsch.
page-challenge-ended = Die Anmeldung hat zu lange gedauert, oder es waren zu viele Versuche. Geben Sie Ihr Passwort noch einmal ein.
page-code-of-app = Der Code Ihrer Authenticator-App oder einer Ihrer Ersatzcodes.
page-code-mailed = Eine E-Mail mit einem Code ist an Sie unterwegs.
page-wrong-code = Der Code ist falsch oder abgelaufen.
page-mail-code = Code per E-Mail senden
page-no-mailed-codes = Codes werden hier nicht per E-Mail gesendet. Verwenden Sie einen Ersatzcode.

page-invitation-title = Sie sind eingeladen
page-invitation = { $inviter } lädt Sie ein, { $organization } beizutreten.
page-fact-organization = Organisation
page-fact-inviter = Eingeladen von
page-fact-email = Ihre Adresse
page-invitation-new = Um die Einladung anzunehmen, legen Sie Ihr Konto an. Wenn Sie nicht wissen, wer Sie einlädt, schließen Sie diese Seite.
page-invitation-account-exists = Zu der eingeladenen Adresse gibt es schon ein Konto. Nehmen Sie die Einladung mit dessen Passwort an.
page-join-button = Beitreten
page-accept-button = Annehmen
page-decline-button = Ablehnen
page-forgotten = Sie haben kein Passwort oder kennen es nicht? Melden Sie sich in diesem Browser bei der Anwendung an, und öffnen Sie den Link noch einmal, oder setzen Sie ein Passwort.
page-forgotten-button = E-Mail zum Setzen eines Passworts senden
page-password-mailed-title = Sehen Sie in Ihr Postfach
page-password-mailed = Eine E-Mail, mit der Sie ein Passwort setzen, ist an Sie unterwegs. Öffnen Sie danach den Link der Einladung noch einmal.
page-verify-first-title = Bestätigen Sie zuerst Ihre Adresse
page-verify-first = Eine E-Mail mit einem Link ist an Sie unterwegs. Er bestätigt Ihre Adresse und führt zur Einladung zurück.
page-joined-title = Sie sind beigetreten
page-joined = Sie sind jetzt Mitglied von { $organization }.
page-joined-new = Sie sind jetzt Mitglied von { $organization }. Sie können sich mit Ihrer E-Mail-Adresse und dem Passwort anmelden.
page-declined-title = Sie haben abgelehnt
page-declined = Sie treten { $organization } nicht bei.
page-not-joined-title = Sie sind nicht beigetreten
page-no-seat = Die Organisation hat keinen freien Platz. Fragen Sie die Person, die Sie eingeladen hat.
page-already-member = Sie sind schon Mitglied der Organisation.
page-too-many-organizations = Sie sind Mitglied in so vielen Organisationen, wie es ein Benutzer sein darf. Verlassen Sie zuerst eine.
page-invitation-unknown = Die Einladung gibt es nicht, oder eine neuere E-Mail hat sie ersetzt. Öffnen Sie den Link der neuesten E-Mail.
page-invitation-used-title = Diese Einladung ist angenommen
page-invitation-used = Der Link wurde schon verwendet. Melden Sie sich an, um mit der Organisation zu arbeiten.
page-invitation-closed-title = Diese Einladung gilt nicht mehr
page-invitation-closed = Sie wurde zurückgezogen oder abgelehnt. Bitten Sie die Person, die Sie eingeladen hat, um eine neue.
page-invitation-expired-title = Diese Einladung ist abgelaufen
page-invitation-expired = Die Einladung ist abgelaufen. Bitten Sie die Person, die Sie eingeladen hat, um eine neue.

page-register-title = Registrieren
page-register-button = Registrieren
page-registered-title = Sie sind registriert
page-registered = Eine E-Mail ist an Sie unterwegs. Öffnen Sie den Link darin, um Ihre Adresse zu bestätigen; danach können Sie sich anmelden.
page-not-registered-title = Sie sind nicht registriert
page-registration-unusable = Der Link wurde schon verwendet oder gilt nicht mehr. Bitten Sie um einen neuen.
page-registration-taken = Zu dieser Adresse gibt es schon ein Konto.
page-registration-no-seat = Das Konto hat keinen freien Platz. Fragen Sie die Person, die den Link gesendet hat.
page-registration-inactive = Das Konto ist nicht aktiv. Fragen Sie die Person, die den Link gesendet hat.

page-error-title = Etwas ist schiefgegangen
page-error-denied = Sie wurden nicht angemeldet, weil der Zugriff nicht erlaubt wurde. Wenn das ein Versehen war, beginnen Sie noch einmal.
page-error-restart = Die Anmeldung hat zu lange gedauert oder wurde in einem anderen Browser begonnen. Beginnen Sie noch einmal.
page-error-linked-elsewhere = Das Konto beim Anbieter gehört hier zu einem anderen Benutzer. Melden Sie sich damit an, oder nehmen Sie ein anderes.
page-error-other-email = Das Konto beim Anbieter hat eine andere E-Mail-Adresse als Ihr Konto hier. Nehmen Sie eines mit derselben Adresse.
page-error-no-email = Das Konto beim Anbieter hat keine bestätigte E-Mail-Adresse. Bestätigen Sie sie dort, und beginnen Sie noch einmal.
page-error-not-linked = Zu dieser Adresse gibt es schon ein Konto. Melden Sie sich wie bisher an, und verbinden Sie dort den Anbieter.
page-error-sign-up-closed = Neue Konten werden hier zurzeit nicht angenommen. Bitten Sie den Betreiber um Zugang.
