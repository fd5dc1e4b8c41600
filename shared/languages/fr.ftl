# French: the formal address is "vous". How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = Bonjour { $name },
mail-greeting-unnamed = Bonjour,
mail-link-fallback = Si le bouton ne fonctionne pas, ouvrez cette adresse dans un navigateur :
mail-support = Si ce n’était pas vous et que vous avez besoin d’aide, contactez l’assistance de { $service }.
mail-support-address = Si ce n’était pas vous et que vous avez besoin d’aide, écrivez à l’assistance de { $service } : { $support_email }

mail-verify-email-subject = Confirmez votre adresse e-mail pour { $service }
mail-verify-email-lead = Cette adresse a été saisie sur { $service }, par vous ou par une autre personne, et doit être confirmée.
mail-verify-email-detail = Le lien ouvre une page sur laquelle vous confirmez que l’adresse est la vôtre. Il est valable { $expires_in }.
mail-verify-email-button = Confirmer mon adresse
mail-verify-email-caution = Si ce n’était pas vous, ignorez cet e-mail : l’adresse ne sera pas confirmée.

mail-reset-password-subject = Réinitialisez votre mot de passe pour { $service }
mail-reset-password-lead = Un nouveau mot de passe a été demandé pour votre compte { $service }, par vous ou par une autre personne qui a saisi votre adresse.
mail-reset-password-detail = Le lien ouvre une page sur laquelle vous le choisissez ; d’ici là, l’ancien mot de passe reste valable. Le lien est valable { $expires_in }.
mail-reset-password-button = Choisir un nouveau mot de passe
mail-reset-password-caution = Si ce n’était pas vous, ignorez cet e-mail : votre mot de passe reste inchangé. Ne transmettez le lien à personne : quiconque le possède peut prendre le contrôle de votre compte.

mail-change-email-subject = Confirmez votre nouvelle adresse e-mail pour { $service }
mail-change-email-lead = Vous, ou une autre personne connectée à un compte { $service }, avez demandé que ce compte utilise désormais l’adresse { $new_email }.
mail-change-email-detail = Le lien ouvre une page sur laquelle vous confirmez le changement. Il est valable { $expires_in }.
mail-change-email-button = Utiliser cette adresse
mail-change-email-caution = Si ce n’était pas vous, ignorez cet e-mail : rien ne change et votre adresse n’est pas utilisée.

mail-approve-email-change-subject = Approuvez la nouvelle adresse e-mail de votre compte { $service }
mail-approve-email-change-lead = Vous, ou une autre personne connectée à votre compte { $service }, avez demandé que ce compte utilise l’adresse { $new_email } à la place de celle-ci.
mail-approve-email-change-detail = Le lien ouvre une page sur laquelle vous approuvez ce changement. La nouvelle adresse reçoit ensuite un e-mail qui le confirme. Le lien est valable { $expires_in }.
mail-approve-email-change-button = Approuver cette adresse
mail-approve-email-change-caution = Si ce n’était pas vous, n’approuvez pas : rien ne change sans votre accord. Changez votre mot de passe et fermez vos autres sessions.

mail-email-changed-subject = L’adresse e-mail de votre compte { $service } a été modifiée
mail-email-changed-lead = L’adresse e-mail de votre compte { $service } a été remplacée. L’adresse à laquelle vous recevez ce message n’appartient plus au compte et ne permet plus de vous connecter.
mail-email-changed-caution = Si c’était vous, vous n’avez rien à faire. Sinon, une autre personne utilise peut-être votre compte.

mail-password-changed-subject = Votre mot de passe { $service } a été modifié
mail-password-changed-lead = Le mot de passe de votre compte { $service } a été modifié le { $at }.
mail-password-changed-caution = Si c’était vous, vous n’avez rien à faire. Sinon, une autre personne utilise peut-être votre compte : choisissez immédiatement un nouveau mot de passe à l’aide de « mot de passe oublié ».

mail-password-locked-subject = Choisissez un nouveau mot de passe pour { $service }
mail-password-locked-lead = De nombreuses tentatives de connexion à votre compte { $service } ont échoué à cause d’un mot de passe erroné. Pour protéger votre compte, le mot de passe ne peut plus être utilisé sur de nouveaux appareils.
mail-password-locked-detail = Le lien ouvre une page sur laquelle vous choisissez un nouveau mot de passe ; vous pourrez ensuite vous reconnecter. Le lien est valable { $expires_in }. Passé ce délai, utilisez « mot de passe oublié ».
mail-password-locked-button = Choisir un nouveau mot de passe
mail-password-locked-caution = Les appareils sur lesquels vous êtes connecté le restent jusqu’à ce que vous choisissiez un nouveau mot de passe. Ne transmettez le lien à personne : quiconque le possède peut prendre le contrôle de votre compte.

mail-second-factor-on-subject = L’authentification à deux facteurs a été activée ({ $service })
mail-second-factor-on-lead = L’authentification à deux facteurs de votre compte { $service } a été activée le { $at }.
mail-second-factor-off-subject = L’authentification à deux facteurs a été désactivée ({ $service })
mail-second-factor-off-lead = L’authentification à deux facteurs de votre compte { $service } a été désactivée le { $at }.
mail-authenticator-added-subject = Une application d’authentification a été ajoutée ({ $service })
mail-authenticator-added-lead = Une application d’authentification a été ajoutée à votre compte { $service } le { $at }.
mail-backup-code-used-subject = Un code de secours a été utilisé ({ $service })
mail-backup-code-used-lead = Un code de secours de votre compte { $service } a été utilisé le { $at }.
mail-backup-codes-created-subject = De nouveaux codes de secours ont été créés ({ $service })
mail-backup-codes-created-lead = De nouveaux codes de secours ont remplacé les précédents de votre compte { $service } le { $at }.
mail-passkey-added-subject = Une clé d’accès a été ajoutée ({ $service })
mail-passkey-added-lead = Une clé d’accès (passkey) a été ajoutée à votre compte { $service } le { $at }.
mail-passkey-removed-subject = Une clé d’accès a été supprimée ({ $service })
mail-passkey-removed-lead = Une clé d’accès (passkey) a été supprimée de votre compte { $service } le { $at }.
mail-api-key-created-subject = Une clé d’API a été créée ({ $service })
mail-api-key-created-lead = Une clé d’API de votre compte { $service } a été créée le { $at }.
mail-account-linked-subject = Une nouvelle méthode de connexion a été ajoutée ({ $service })
mail-account-linked-lead = Un compte chez un autre fournisseur, qui permet désormais de se connecter, a été associé à votre compte { $service } le { $at }.
mail-account-unlinked-subject = Une méthode de connexion a été supprimée ({ $service })
mail-account-unlinked-lead = Un compte chez un autre fournisseur a été retiré des méthodes de connexion de votre compte { $service } le { $at }.
mail-password-removed-subject = Le mot de passe a été supprimé ({ $service })
mail-password-removed-lead = Le mot de passe de votre compte { $service } a été supprimé le { $at }.
mail-credential-changed-caution = Si c’était vous, vous n’avez rien à faire. Sinon, une autre personne utilise peut-être votre compte : choisissez immédiatement un nouveau mot de passe à l’aide de « mot de passe oublié » et fermez toutes les autres sessions.

mail-delete-user-subject = Confirmez la suppression de votre compte { $service }
mail-delete-user-lead = Vous, ou une autre personne connectée à votre place, avez demandé la suppression de votre compte { $service }.
mail-delete-user-detail = Le lien ouvre une page qui vous demande une dernière confirmation. Si vous y confirmez la demande, le compte est supprimé définitivement et ne peut pas être rétabli. Le lien est valable { $expires_in }.
mail-delete-user-button = Continuer vers la suppression
mail-delete-user-caution = Si ce n’était pas vous, ne confirmez pas : votre compte est conservé. Changez votre mot de passe, car une autre personne utilise peut-être votre compte.

mail-activate-account-subject = Activez votre compte { $service }
mail-activate-account-lead = Un compte nommé { $account } a été créé sur { $service }, et vous en êtes l’administrateur.
mail-activate-account-lead-unnamed = Un compte a été créé sur { $service }, et vous en êtes l’administrateur.
mail-activate-account-detail = Le lien ouvre une page sur laquelle vous confirmez votre adresse et choisissez votre mot de passe. Il est valable { $expires_in }.
mail-activate-account-button = Activer le compte
mail-activate-account-caution = Si vous n’avez pas demandé de compte, ignorez cet e-mail : sans votre mot de passe, il ne peut pas être utilisé.

mail-account-invitation-subject = Votre compte { $service } est prêt
mail-account-invitation-lead = Vous avez été ajouté à { $account } sur { $service }.
mail-account-invitation-lead-unnamed = Vous avez été ajouté à un compte sur { $service }.
mail-account-invitation-detail = Le lien ouvre une page sur laquelle vous choisissez votre mot de passe. Vous pourrez ensuite vous connecter avec cette adresse. Le lien est valable { $expires_in }.
mail-account-invitation-button = Choisir un mot de passe
mail-account-invitation-caution = Si vous ne savez pas de quoi il s’agit, ignorez cet e-mail. Ne transmettez le lien à personne : quiconque le possède peut se connecter à votre place.

mail-two-factor-otp-subject = Votre code de connexion à { $service }
mail-two-factor-otp-lead = Saisissez ce code pour montrer que c’est bien vous qui vous connectez à { $service } :
mail-two-factor-otp-detail = Il est valable { $expires_in }, une seule fois et uniquement là où il a été demandé.
mail-two-factor-otp-caution = Si ce n’était pas vous, une autre personne connaît votre mot de passe : choisissez-en immédiatement un nouveau. Ne donnez jamais ce code à personne : nous ne le demandons pas.

mail-invitation-subject = { $inviter } vous invite à rejoindre { $organization } sur { $service }
mail-invitation-lead = { $inviter } vous invite à rejoindre { $organization } sur { $service }.
mail-invitation-inviter = { $name }
mail-invitation-inviter-unnamed = Un membre
mail-invitation-organization-unnamed = une organisation
mail-invitation-role = Votre rôle : { $role }
mail-role-owner = propriétaire
mail-role-admin = administrateur
mail-role-member = membre
mail-invitation-note = Message joint : { $note }
mail-invitation-detail = Le lien vous mène à l’invitation, que vous acceptez avec un compte associé à cette adresse. Il est valable { $expires_in }.
mail-invitation-button = Voir l’invitation
mail-invitation-caution = Si vous ne savez pas qui vous invite, ignorez cet e-mail : sans votre accord, vous ne rejoignez rien.

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
duration-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
duration-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
moment = { $day ->
    [1] 1er
   *[other] { $day }
    } { $month ->
     [1] janvier
     [2] février
     [3] mars
     [4] avril
     [5] mai
     [6] juin
     [7] juillet
     [8] août
     [9] septembre
     [10] octobre
     [11] novembre
    *[12] décembre
    } { $year } à { $time } (UTC)

### Pages

page-go-on = Continuer vers { $service }
page-show-password = Afficher
page-code = L’assistance vous demandera peut-être le code { $code }.
page-request = La requête porte l’identifiant { $request }.
page-later = Le service est très sollicité. Veuillez réessayer dans un instant.
page-unexpected = Une erreur s’est produite. Veuillez réessayer. Si elle se reproduit, contactez l’assistance.

page-field-name = Nom
page-field-first-name = Prénom
page-field-last-name = Nom de famille
page-field-email = Adresse e-mail
page-field-password = Mot de passe
page-field-new-password = Nouveau mot de passe
page-field-current-password = Votre mot de passe
page-field-code = Code

page-password-rules = Au moins { $min } caractères, et pas de mot de passe facile à deviner.
page-password-rules-classes = Au moins { $min } caractères : majuscules, minuscules, chiffres et caractères spéciaux. Pas de mot de passe facile à deviner.
page-password-too-short = Le mot de passe doit comporter au moins { $min } caractères.
page-password-too-long = Le mot de passe doit comporter au plus { $max } caractères.
page-password-few-classes = Le mot de passe doit contenir des majuscules, des minuscules, des chiffres et des caractères spéciaux.
page-password-common = Ce mot de passe est l’un des plus courants. Choisissez-en un autre.
page-password-guessable = Ce mot de passe est facile à deviner. Choisissez-en un autre.
page-password-breached = Ce mot de passe a été publié lors d’une fuite de données. Choisissez-en un autre.
page-save-password = Enregistrer le mot de passe

page-name-invisible = Le nom ne doit pas contenir de caractères invisibles.
page-name-length = Le nom doit comporter de { $min } à { $max } caractères.
page-first-name-missing = Le prénom manque.
page-first-name-long = Le prénom doit comporter au plus { $max } caractères.
page-first-name-invisible = Le prénom ne doit contenir ni caractères de contrôle ni caractères invisibles.
page-last-name-missing = Le nom de famille manque.
page-last-name-long = Le nom de famille doit comporter au plus { $max } caractères.
page-last-name-invisible = Le nom de famille ne doit contenir ni caractères de contrôle ni caractères invisibles.
page-not-an-address = Ceci n’est pas une adresse e-mail.

page-incomplete-title = Ce lien est incomplet
page-incomplete = Ouvrez-le de nouveau depuis l’e-mail, ou copiez-le en entier.
page-link-dead = Le lien a déjà été utilisé ou a expiré. Demandez-en un nouveau.
page-other-user = Un autre utilisateur est connecté ici. Déconnectez-vous, puis ouvrez de nouveau le lien.
page-banned = Ce compte est bloqué. Si vous pensez qu’il s’agit d’une erreur, contactez l’assistance.
page-not-active = Cet utilisateur n’est pas actif. Adressez-vous à un administrateur ou à l’assistance.
page-email-not-updated = Votre adresse e-mail n’a pas pu être modifiée. Demandez de nouveau la modification, ou utilisez une autre adresse.
page-password-already-set = Vous avez déjà défini votre mot de passe. Connectez-vous avec celui-ci, ou demandez-en un nouveau.
page-last-administrator = Vous êtes le seul administrateur. Nommez d’abord un autre administrateur.
page-only-owner = Vous êtes le seul propriétaire d’une organisation qui a d’autres membres. Désignez d’abord un autre propriétaire.
page-impersonating = Cela n’est pas possible tant qu’un administrateur agit au nom de l’utilisateur.
page-not-fresh = Votre connexion est trop ancienne pour cela, ou a été faite sans second facteur. Connectez-vous de nouveau, puis ouvrez de nouveau le lien.
page-unverified = L’adresse du compte n’est pas encore confirmée. Ouvrez le lien de l’e-mail qui vous demande de la confirmer.

page-again-title = Obtenir un nouveau lien
page-again-button = Envoyer un nouveau lien
page-again-sent-title = Consultez votre boîte de réception
page-again-sent = S’il existe un compte avec l’adresse { $email }, un e-mail contenant un nouveau lien est en route. Cela peut prendre quelques minutes ; vérifiez aussi les courriers indésirables.

page-verify-email-title = Confirmez votre adresse e-mail
page-verify-email = Vous confirmez ainsi que cette adresse est la vôtre.
page-confirm-button = Confirmer
page-not-mine = Vous ne vous êtes pas inscrit ? Une autre personne l’a alors fait avec votre adresse. Vous pouvez fermer cette page, ou retirer le compte à cette personne.
page-not-mine-button = Je ne me suis pas inscrit
page-confirmed-title = Votre adresse est confirmée
page-confirmed = Merci. Il n’y a rien d’autre à faire ici.
page-not-confirmed-title = Votre adresse n’a pas été confirmée
page-sign-up-rejected-title = Le compte n’appartient plus qu’à vous
page-sign-up-rejected = Aucune autre personne ne peut plus s’y connecter, et son contenu a été supprimé. Pour l’utiliser, réinitialisez son mot de passe.
page-nothing-changed-title = Rien n’a changé
page-confirmed-before = Votre adresse a déjà été confirmée. Réinitialisez le mot de passe du compte si vous ne le connaissez pas.

page-change-email-title = Confirmez votre nouvelle adresse e-mail
page-change-email = Ce sera désormais l’adresse de votre compte, et l’ancienne ne l’ouvrira plus. Si vous ne l’avez pas demandé, fermez cette page.
page-approve-title = Approuvez la nouvelle adresse e-mail
page-approve = La nouvelle adresse recevra alors un e-mail dont le lien achève la modification. Si vous ne l’avez pas demandé, fermez cette page.
page-approve-button = Approuver
page-approved-title = La nouvelle adresse est approuvée
page-approved = Un e-mail lui a été adressé. L’adresse de votre compte change dès que cet e-mail est confirmé.
page-not-approved-title = La nouvelle adresse n’a pas été approuvée

page-reset-password-title = Choisissez un nouveau mot de passe
page-reset-go-on = Vous choisirez votre nouveau mot de passe sur la page suivante.
page-reset-go-on-button = Continuer
page-admin-password-title = Choisissez un nouveau mot de passe d’administrateur
page-password-changed-title = Votre mot de passe est modifié
page-password-changed = Vous avez été déconnecté partout. Connectez-vous avec le nouveau mot de passe.
page-password-not-changed-title = Votre mot de passe n’a pas été modifié
page-set-password-title = Choisissez votre mot de passe
page-password-set-title = Votre mot de passe est défini
page-password-set = Votre adresse est également confirmée. Vous pouvez maintenant vous connecter.
page-password-not-set-title = Votre mot de passe n’a pas été défini

page-delete-title = Supprimer votre compte ?
page-delete = Le compte est supprimé définitivement et ne peut pas être rétabli.
page-delete-button = Supprimer mon compte
page-delete-prove-title = Connectez-vous d’abord
page-delete-prove = Vous n’êtes pas connecté dans ce navigateur. Vous seul pouvez supprimer votre compte : saisissez votre mot de passe ici. Si vous n’en avez pas, connectez-vous à l’application dans ce navigateur, puis ouvrez de nouveau le lien.
page-deleted-title = Votre compte est supprimé
page-deleted = Tout ce qui s’y rattache est supprimé également, et plus aucun appareil n’est connecté.
page-not-deleted-title = Votre compte n’a pas été supprimé

page-wrong-password = Le mot de passe est incorrect.
page-challenge-ended = La connexion a pris trop de temps ou a compté trop de tentatives. Saisissez de nouveau votre mot de passe.
page-code-of-app = Le code de votre application d’authentification, ou l’un de vos codes de secours.
page-code-mailed = Un e-mail contenant un code vous a été envoyé.
page-wrong-code = Le code est incorrect ou a expiré.
page-mail-code = M’envoyer un code par e-mail
page-no-mailed-codes = Aucun code n’est envoyé par e-mail ici. Utilisez un code de secours.

page-invitation-title = Vous êtes invité
page-invitation = { $inviter } vous invite à rejoindre { $organization }.
page-fact-organization = Organisation
page-fact-inviter = Invité par
page-fact-email = Votre adresse
page-invitation-new = Pour accepter, créez votre compte. Si vous ne savez pas qui vous invite, fermez cette page.
page-invitation-account-exists = Il existe déjà un compte avec l’adresse invitée. Acceptez l’invitation avec son mot de passe.
page-join-button = Rejoindre
page-accept-button = Accepter
page-decline-button = Refuser
page-forgotten = Vous n’avez pas de mot de passe, ou ne le connaissez pas ? Connectez-vous à l’application dans ce navigateur et ouvrez de nouveau le lien, ou définissez un mot de passe.
page-forgotten-button = Recevoir un e-mail pour définir un mot de passe
page-password-mailed-title = Consultez votre boîte de réception
page-password-mailed = Un e-mail permettant de définir un mot de passe vous a été envoyé. Ouvrez ensuite de nouveau le lien de l’invitation.
page-verify-first-title = Confirmez d’abord votre adresse
page-verify-first = Un e-mail contenant un lien vous a été envoyé. Ce lien confirme votre adresse et ramène à l’invitation.
page-joined-title = Vous avez rejoint l’organisation
page-joined = Vous êtes maintenant membre de { $organization }.
page-joined-new = Vous êtes maintenant membre de { $organization }. Vous pouvez vous connecter avec votre adresse e-mail et le mot de passe.
page-declined-title = Vous avez refusé
page-declined = Vous ne rejoignez pas { $organization }.
page-not-joined-title = Vous n’avez pas rejoint l’organisation
page-no-seat = L’organisation n’a plus de place libre. Adressez-vous à la personne qui vous a invité.
page-already-member = Vous êtes déjà membre de l’organisation.
page-too-many-organizations = Vous êtes membre d’autant d’organisations qu’un utilisateur peut l’être. Quittez-en d’abord une.
page-invitation-unknown = Cette invitation n’existe pas, ou un e-mail plus récent l’a remplacée. Ouvrez le lien de l’e-mail le plus récent.
page-invitation-used-title = Cette invitation est acceptée
page-invitation-used = Le lien a déjà été utilisé. Connectez-vous pour travailler avec l’organisation.
page-invitation-closed-title = Cette invitation n’est plus valable
page-invitation-closed = Elle a été retirée ou refusée. Demandez-en une nouvelle à la personne qui vous a invité.
page-invitation-expired-title = Cette invitation a expiré
page-invitation-expired = L’invitation a expiré. Demandez-en une nouvelle à la personne qui vous a invité.

page-register-title = Inscription
page-register-button = S’inscrire
page-registered-title = Vous êtes inscrit
page-registered = Un e-mail vous a été envoyé. Ouvrez le lien qu’il contient pour confirmer votre adresse ; vous pourrez ensuite vous connecter.
page-not-registered-title = Vous n’êtes pas inscrit
page-registration-unusable = Le lien a déjà été utilisé ou n’est plus valable. Demandez-en un nouveau.
page-registration-taken = Il existe déjà un compte avec cette adresse.
page-registration-no-seat = Le compte n’a plus de place libre. Adressez-vous à la personne qui a envoyé le lien.
page-registration-inactive = Le compte n’est pas actif. Adressez-vous à la personne qui a envoyé le lien.

page-error-title = Une erreur s’est produite
page-error-denied = Vous n’avez pas été connecté, car l’accès n’a pas été autorisé. S’il s’agit d’une erreur, recommencez.
page-error-restart = La connexion a pris trop de temps ou a été commencée dans un autre navigateur. Recommencez.
page-error-linked-elsewhere = Le compte chez le fournisseur appartient ici à un autre utilisateur. Connectez-vous avec celui-ci, ou utilisez-en un autre.
page-error-other-email = Le compte chez le fournisseur a une autre adresse e-mail que votre compte ici. Utilisez-en un qui a la même adresse.
page-error-no-email = Le compte chez le fournisseur n’a pas d’adresse e-mail confirmée. Confirmez-la chez lui, puis recommencez.
page-error-not-linked = Il existe déjà un compte avec cette adresse. Connectez-vous comme auparavant, et associez-y le fournisseur.
page-error-sign-up-closed = Les nouveaux comptes ne sont pas acceptés ici pour le moment. Demandez l’accès à l’exploitant.
