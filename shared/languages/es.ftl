# Spanish: the formal address is "usted". How texts are added: the documentation of `shared/src/languages.rs`.

### Mails

mail-greeting = Hola, { $name }:
mail-greeting-unnamed = Hola:
mail-link-fallback = Si el botón no funciona, abra esta dirección en un navegador:
mail-support = Si no ha sido usted y necesita ayuda, póngase en contacto con el equipo de asistencia de { $service }.
mail-support-address = Si no ha sido usted y necesita ayuda, escriba al equipo de asistencia de { $service }: { $support_email }

mail-verify-email-subject = Confirme su dirección de correo electrónico para { $service }
mail-verify-email-lead = Usted u otra persona ha introducido esta dirección en { $service }, y es necesario confirmarla.
mail-verify-email-detail = El enlace abre una página en la que usted confirma que la dirección es suya. Es válido durante { $expires_in }.
mail-verify-email-button = Confirmar mi dirección
mail-verify-email-caution = Si no ha sido usted, ignore este correo: la dirección quedará sin confirmar.

mail-reset-password-subject = Restablezca su contraseña de { $service }
mail-reset-password-lead = Usted, u otra persona que ha introducido su dirección, ha solicitado una nueva contraseña para su cuenta de { $service }.
mail-reset-password-detail = El enlace abre una página en la que puede elegirla; hasta entonces se mantiene la contraseña anterior. El enlace es válido durante { $expires_in }.
mail-reset-password-button = Elegir una nueva contraseña
mail-reset-password-caution = Si no ha sido usted, ignore este correo: su contraseña no cambia. No comparta el enlace: quien lo tenga puede apoderarse de su cuenta.

mail-change-email-subject = Confirme su nueva dirección de correo electrónico para { $service }
mail-change-email-lead = Usted, u otra persona que ha iniciado sesión en una cuenta de { $service }, ha pedido que esa cuenta use a partir de ahora la dirección { $new_email }.
mail-change-email-detail = El enlace abre una página en la que usted confirma el cambio. Es válido durante { $expires_in }.
mail-change-email-button = Usar esta dirección
mail-change-email-caution = Si no ha sido usted, ignore este correo: no cambia nada y su dirección no se utiliza.

mail-approve-email-change-subject = Apruebe la nueva dirección de correo electrónico de su cuenta de { $service }
mail-approve-email-change-lead = Usted, u otra persona que ha iniciado sesión en su cuenta de { $service }, ha pedido que la cuenta use { $new_email } en lugar de esta dirección.
mail-approve-email-change-detail = El enlace abre una página en la que usted lo aprueba. Después, la nueva dirección recibe un correo que confirma el cambio. El enlace es válido durante { $expires_in }.
mail-approve-email-change-button = Aprobar esta dirección
mail-approve-email-change-caution = Si no ha sido usted, no lo apruebe: sin su aprobación no cambia nada. Cambie su contraseña y cierre sus otras sesiones.

mail-email-changed-subject = La dirección de correo electrónico de su cuenta de { $service } ha cambiado
mail-email-changed-lead = La dirección de correo electrónico de su cuenta de { $service } se ha sustituido. Esta dirección ya no pertenece a la cuenta y usted ya no puede iniciar sesión con ella.
mail-email-changed-caution = Si ha sido usted, no tiene que hacer nada. Si no, es posible que otra persona esté usando su cuenta.

mail-password-changed-subject = Su contraseña de { $service } ha cambiado
mail-password-changed-lead = La contraseña de su cuenta de { $service } se cambió el { $at }.
mail-password-changed-caution = Si ha sido usted, no tiene que hacer nada. Si no, es posible que otra persona esté usando su cuenta: elija de inmediato una nueva contraseña mediante «He olvidado mi contraseña».

mail-password-locked-subject = Elija una nueva contraseña para { $service }
mail-password-locked-lead = Se ha probado muchas veces sin éxito la contraseña de su cuenta de { $service }. Para proteger su cuenta, ya no se puede usar en dispositivos nuevos.
mail-password-locked-detail = El enlace abre una página en la que puede elegir una nueva contraseña; después podrá volver a iniciar sesión. El enlace es válido durante { $expires_in }. Pasado ese tiempo, use «He olvidado mi contraseña».
mail-password-locked-button = Elegir una nueva contraseña
mail-password-locked-caution = Los dispositivos en los que tiene la sesión iniciada la conservan hasta que elija una nueva contraseña. No comparta el enlace: quien lo tenga puede apoderarse de su cuenta.

mail-second-factor-on-subject = Se ha activado la autenticación en dos pasos ({ $service })
mail-second-factor-on-lead = La autenticación en dos pasos de su cuenta de { $service } se activó el { $at }.
mail-second-factor-off-subject = Se ha desactivado la autenticación en dos pasos ({ $service })
mail-second-factor-off-lead = La autenticación en dos pasos de su cuenta de { $service } se desactivó el { $at }.
mail-authenticator-added-subject = Se ha añadido una aplicación de autenticación ({ $service })
mail-authenticator-added-lead = Se añadió una aplicación de autenticación a su cuenta de { $service } el { $at }.
mail-backup-code-used-subject = Se ha usado un código de respaldo ({ $service })
mail-backup-code-used-lead = Se usó un código de respaldo de su cuenta de { $service } el { $at }.
mail-backup-codes-created-subject = Se han creado nuevos códigos de respaldo ({ $service })
mail-backup-codes-created-lead = Los códigos de respaldo de su cuenta de { $service } se sustituyeron por otros nuevos el { $at }.
mail-passkey-added-subject = Se ha añadido una clave de acceso ({ $service })
mail-passkey-added-lead = Se añadió una clave de acceso (passkey) a su cuenta de { $service } el { $at }.
mail-passkey-removed-subject = Se ha eliminado una clave de acceso ({ $service })
mail-passkey-removed-lead = Se eliminó una clave de acceso (passkey) de su cuenta de { $service } el { $at }.
mail-api-key-created-subject = Se ha creado una clave de API ({ $service })
mail-api-key-created-lead = Se creó una clave de API de su cuenta de { $service } el { $at }.
mail-account-linked-subject = Se ha añadido un nuevo método de inicio de sesión ({ $service })
mail-account-linked-lead = Una cuenta de otro proveedor, con la que ahora se puede iniciar sesión, se vinculó a su cuenta de { $service } el { $at }.
mail-account-unlinked-subject = Se ha eliminado un método de inicio de sesión ({ $service })
mail-account-unlinked-lead = Una cuenta de otro proveedor se eliminó de los métodos de inicio de sesión de su cuenta de { $service } el { $at }.
mail-password-removed-subject = Se ha eliminado la contraseña ({ $service })
mail-password-removed-lead = La contraseña de su cuenta de { $service } se eliminó el { $at }.
mail-credential-changed-caution = Si ha sido usted, no tiene que hacer nada. Si no, es posible que otra persona esté usando su cuenta: elija de inmediato una nueva contraseña mediante «He olvidado mi contraseña» y cierre todas las demás sesiones.

mail-delete-user-subject = Confirme la eliminación de su cuenta de { $service }
mail-delete-user-lead = Usted, u otra persona que ha iniciado sesión en su nombre, ha pedido que se elimine su cuenta de { $service }.
mail-delete-user-detail = El enlace abre una página que vuelve a preguntárselo. Si lo confirma allí, la cuenta se elimina de forma definitiva y no se puede recuperar. El enlace es válido durante { $expires_in }.
mail-delete-user-button = Ir a la eliminación
mail-delete-user-caution = Si no ha sido usted, no lo confirme: su cuenta se conserva. Cambie su contraseña, porque es posible que otra persona esté usando su cuenta.

mail-activate-account-subject = Active su cuenta de { $service }
mail-activate-account-lead = Se ha creado una cuenta llamada { $account } en { $service }, de la que usted es administrador.
mail-activate-account-lead-unnamed = Se ha creado una cuenta en { $service }, de la que usted es administrador.
mail-activate-account-detail = El enlace abre una página en la que usted confirma su dirección y elige su contraseña. Es válido durante { $expires_in }.
mail-activate-account-button = Activar la cuenta
mail-activate-account-caution = Si no ha pedido una cuenta, ignore este correo: sin su contraseña no se puede usar.

mail-account-invitation-subject = Su cuenta de { $service } está lista
mail-account-invitation-lead = Se le ha añadido a { $account } en { $service }.
mail-account-invitation-lead-unnamed = Se le ha añadido a una cuenta en { $service }.
mail-account-invitation-detail = El enlace abre una página en la que puede elegir su contraseña. Después podrá iniciar sesión con esta dirección. El enlace es válido durante { $expires_in }.
mail-account-invitation-button = Elegir una contraseña
mail-account-invitation-caution = Si no sabe de qué se trata, ignore este correo. No comparta el enlace: quien lo tenga puede iniciar sesión en su nombre.

mail-two-factor-otp-subject = Su código para iniciar sesión en { $service }
mail-two-factor-otp-lead = Introduzca este código para demostrar que es usted quien inicia sesión en { $service }:
mail-two-factor-otp-detail = Es válido durante { $expires_in }, una sola vez y únicamente donde se ha solicitado.
mail-two-factor-otp-caution = Si no ha sido usted, otra persona conoce su contraseña: elija de inmediato una nueva. No dé nunca el código a nadie: nosotros no lo pedimos.

mail-invitation-subject = { $inviter } le invita a unirse a { $organization } en { $service }
mail-invitation-lead = { $inviter } le invita a unirse a { $organization } en { $service }.
mail-invitation-inviter = { $name }
mail-invitation-inviter-unnamed = Un miembro
mail-invitation-organization-unnamed = una organización
mail-invitation-role = Su rol: { $role }
mail-invitation-note = Mensaje adjunto: { $note }
mail-invitation-detail = El enlace le lleva a la invitación, que se acepta con una cuenta de esta dirección. Es válido durante { $expires_in }.
mail-invitation-button = Ver la invitación
mail-invitation-caution = Si no sabe quién le invita, ignore este correo: sin su consentimiento no se une a nada.

### Durations

# Lifetimes and times, in mails and pages.

duration-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
duration-hours = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
duration-days = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
moment = { $day } de { $month ->
     [1] enero
     [2] febrero
     [3] marzo
     [4] abril
     [5] mayo
     [6] junio
     [7] julio
     [8] agosto
     [9] septiembre
     [10] octubre
     [11] noviembre
    *[12] diciembre
    } de { $year } a las { $time } (UTC)

### Pages
