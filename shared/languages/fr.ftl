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
