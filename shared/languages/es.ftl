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
mail-role-owner = propietario
mail-role-admin = administrador
mail-role-member = miembro
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

page-go-on = Continuar a { $service }
page-show-password = Mostrar
page-code = Es posible que el servicio de asistencia le pida el código { $code }.
page-request = La solicitud tiene el identificador { $request }.
page-later = El servicio está saturado. Vuelva a intentarlo dentro de un momento.
page-unexpected = Se ha producido un error. Vuelva a intentarlo. Si se repite, consulte al servicio de asistencia.

page-field-name = Nombre
page-field-first-name = Nombre
page-field-last-name = Apellidos
page-field-email = Dirección de correo electrónico
page-field-password = Contraseña
page-field-new-password = Nueva contraseña
page-field-current-password = Su contraseña
page-field-code = Código

page-password-rules = Al menos { $min } caracteres, y ninguna contraseña fácil de adivinar.
page-password-rules-classes = Al menos { $min } caracteres: mayúsculas, minúsculas, cifras y caracteres especiales. Ninguna contraseña fácil de adivinar.
page-password-too-short = La contraseña debe tener al menos { $min } caracteres.
page-password-too-long = La contraseña debe tener como máximo { $max } caracteres.
page-password-few-classes = La contraseña necesita mayúsculas, minúsculas, cifras y caracteres especiales.
page-password-common = Es una de las contraseñas más comunes. Elija otra.
page-password-guessable = Esta contraseña es fácil de adivinar. Elija otra.
page-password-breached = Esta contraseña se publicó en una filtración de datos. Elija otra.
page-save-password = Guardar la contraseña

page-name-invisible = El nombre no debe contener caracteres invisibles.
page-name-length = El nombre debe tener entre { $min } y { $max } caracteres.
page-first-name-missing = Falta el nombre.
page-first-name-long = El nombre debe tener como máximo { $max } caracteres.
page-first-name-invisible = El nombre no debe contener caracteres de control ni caracteres invisibles.
page-last-name-missing = Faltan los apellidos.
page-last-name-long = Los apellidos deben tener como máximo { $max } caracteres.
page-last-name-invisible = Los apellidos no deben contener caracteres de control ni caracteres invisibles.
page-not-an-address = Esto no es una dirección de correo electrónico.

page-incomplete-title = Este enlace está incompleto
page-incomplete = Ábralo de nuevo desde el correo, o cópielo entero.
page-link-dead = El enlace ya se utilizó o ha caducado. Solicite uno nuevo.
page-other-user = Aquí ha iniciado sesión otro usuario. Cierre la sesión y abra de nuevo el enlace.
page-banned = Esta cuenta está bloqueada. Si cree que se trata de un error, consulte al servicio de asistencia.
page-not-active = Este usuario no está activo. Consulte a un administrador o al servicio de asistencia.
page-email-not-updated = No ha sido posible cambiar su dirección de correo electrónico. Solicite el cambio de nuevo, o utilice otra dirección.
page-password-already-set = Ya estableció su contraseña. Inicie sesión con ella, o solicite una nueva.
page-last-administrator = Usted es el único administrador. Nombre primero a otro administrador.
page-only-owner = Usted es el único propietario de una organización que tiene otros miembros. Nombre primero a otro propietario.
page-impersonating = Esto no es posible mientras un administrador actúa en nombre del usuario.
page-not-fresh = Su inicio de sesión es demasiado antiguo para esto, o se hizo sin el segundo factor. Inicie sesión otra vez y abra de nuevo el enlace.
page-unverified = La dirección de la cuenta aún no está confirmada. Abra el enlace del correo que le pide confirmarla.

page-again-title = Obtener un enlace nuevo
page-again-button = Enviar un enlace nuevo
page-again-sent-title = Consulte su buzón
page-again-sent = Si existe una cuenta con la dirección { $email }, se le ha enviado un correo con un enlace nuevo. Puede tardar unos minutos; mire también en el correo no deseado.

page-verify-email-title = Confirme su dirección de correo electrónico
page-verify-email = Con esto confirma que la dirección es suya.
page-confirm-button = Confirmar
page-not-mine = ¿No se ha registrado usted? Entonces otra persona lo hizo con su dirección. Puede cerrar esta página, o retirar la cuenta a esa persona.
page-not-mine-button = No me he registrado
page-confirmed-title = Su dirección está confirmada
page-confirmed = Gracias. No hay nada más que hacer aquí.
page-not-confirmed-title = Su dirección no se ha confirmado
page-sign-up-rejected-title = La cuenta es solo suya
page-sign-up-rejected = Ninguna otra persona puede ya iniciar sesión en ella, y lo que contenía se ha eliminado. Para utilizarla, restablezca su contraseña.
page-nothing-changed-title = No ha cambiado nada
page-confirmed-before = Su dirección ya se había confirmado. Restablezca la contraseña de la cuenta si no la conoce.

page-change-email-title = Confirme su nueva dirección de correo electrónico
page-change-email = A partir de ahora esta es la dirección de su cuenta, y la anterior ya no la abre. Si usted no lo solicitó, cierre esta página.
page-approve-title = Apruebe la nueva dirección de correo electrónico
page-approve = La nueva dirección recibirá entonces un correo cuyo enlace completa el cambio. Si usted no lo solicitó, cierre esta página.
page-approve-button = Aprobar
page-approved-title = La nueva dirección está aprobada
page-approved = Se le ha enviado un correo. La dirección de su cuenta cambia cuando se confirme ese correo.
page-not-approved-title = La nueva dirección no se ha aprobado

page-reset-password-title = Elija una nueva contraseña
page-reset-go-on = Elegirá su nueva contraseña en la página siguiente.
page-reset-go-on-button = Continuar
page-admin-password-title = Elija una nueva contraseña de administrador
page-password-changed-title = Su contraseña se ha cambiado
page-password-changed = Se ha cerrado su sesión en todas partes. Inicie sesión con la nueva contraseña.
page-password-not-changed-title = Su contraseña no se ha cambiado
page-set-password-title = Elija su contraseña
page-password-set-title = Su contraseña está establecida
page-password-set = Su dirección también está confirmada. Ya puede iniciar sesión.
page-password-not-set-title = Su contraseña no se ha establecido

page-delete-title = ¿Desea eliminar su cuenta?
page-delete = La cuenta se elimina definitivamente y no se puede recuperar.
page-delete-button = Eliminar mi cuenta
page-delete-prove-title = Inicie sesión primero
page-delete-prove = No ha iniciado sesión en este navegador. Solo usted puede eliminar su cuenta: introduzca aquí su contraseña. Si no tiene ninguna, inicie sesión en la aplicación en este navegador y abra de nuevo el enlace.
page-deleted-title = Su cuenta se ha eliminado
page-deleted = También se ha eliminado todo lo que le pertenece, y ningún dispositivo mantiene la sesión iniciada.
page-not-deleted-title = Su cuenta no se ha eliminado

page-wrong-password = La contraseña es incorrecta.
page-challenge-ended = El inicio de sesión tardó demasiado o tuvo demasiados intentos. Introduzca de nuevo su contraseña.
page-code-of-app = El código de su aplicación de autenticación, o uno de sus códigos de respaldo.
page-code-mailed = Se le ha enviado un correo con un código.
page-wrong-code = El código es incorrecto o ha caducado.
page-mail-code = Enviarme un código por correo
page-no-mailed-codes = Aquí no se envían códigos por correo. Utilice un código de respaldo.

page-invitation-title = Ha recibido una invitación
page-invitation = { $inviter } le invita a unirse a { $organization }.
page-fact-organization = Organización
page-fact-inviter = Invitación de
page-fact-email = Su dirección
page-invitation-new = Para aceptar, cree su cuenta. Si no sabe quién le invita, cierre esta página.
page-invitation-account-exists = Ya existe una cuenta con la dirección invitada. Acepte la invitación con su contraseña.
page-join-button = Unirse
page-accept-button = Aceptar
page-decline-button = Rechazar
page-forgotten = ¿No tiene contraseña, o no la conoce? Inicie sesión en la aplicación en este navegador y abra de nuevo el enlace, o establezca una contraseña.
page-forgotten-button = Enviarme un correo para establecer una contraseña
page-password-mailed-title = Consulte su buzón
page-password-mailed = Se le ha enviado un correo con el que puede establecer una contraseña. Después, abra de nuevo el enlace de la invitación.
page-verify-first-title = Confirme primero su dirección
page-verify-first = Se le ha enviado un correo con un enlace. Este confirma su dirección y le devuelve a la invitación.
page-joined-title = Se ha unido a la organización
page-joined = Ahora es miembro de { $organization }.
page-joined-new = Ahora es miembro de { $organization }. Puede iniciar sesión con su dirección de correo electrónico y la contraseña.
page-declined-title = Ha rechazado la invitación
page-declined = No se une a { $organization }.
page-not-joined-title = No se ha unido a la organización
page-no-seat = La organización no tiene plazas libres. Consulte a la persona que le invitó.
page-already-member = Ya es miembro de la organización.
page-too-many-organizations = Es miembro de tantas organizaciones como se permite a un usuario. Abandone una primero.
page-invitation-unknown = La invitación no existe, o un correo más reciente la ha sustituido. Abra el enlace del correo más reciente.
page-invitation-used-title = Esta invitación está aceptada
page-invitation-used = El enlace ya se utilizó. Inicie sesión para trabajar con la organización.
page-invitation-closed-title = Esta invitación ya no es válida
page-invitation-closed = Se retiró o se rechazó. Solicite una nueva a la persona que le invitó.
page-invitation-expired-title = Esta invitación ha caducado
page-invitation-expired = La invitación ha caducado. Solicite una nueva a la persona que le invitó.

page-register-title = Registrarse
page-register-button = Registrarse
page-registered-title = Se ha registrado
page-registered = Se le ha enviado un correo. Abra el enlace que contiene para confirmar su dirección; después podrá iniciar sesión.
page-not-registered-title = No se ha registrado
page-registration-unusable = El enlace ya se utilizó o ya no es válido. Solicite uno nuevo.
page-registration-taken = Ya existe una cuenta con esta dirección.
page-registration-no-seat = La cuenta no tiene plazas libres. Consulte a la persona que envió el enlace.
page-registration-inactive = La cuenta no está activa. Consulte a la persona que envió el enlace.

page-error-title = Se ha producido un error
page-error-denied = No ha iniciado sesión porque no se permitió el acceso. Si fue un error, empiece de nuevo.
page-error-restart = El inicio de sesión tardó demasiado, o se empezó en otro navegador. Empiece de nuevo.
page-error-linked-elsewhere = La cuenta del proveedor pertenece aquí a otro usuario. Inicie sesión con ella, o utilice otra.
page-error-other-email = La cuenta del proveedor tiene una dirección de correo distinta de la de su cuenta aquí. Utilice una con la misma dirección.
page-error-no-email = La cuenta del proveedor no tiene ninguna dirección de correo confirmada. Confírmela allí y empiece de nuevo.
page-error-not-linked = Ya existe una cuenta con esta dirección. Inicie sesión como antes y conecte allí el proveedor.
page-error-sign-up-closed = Por el momento no se aceptan cuentas nuevas aquí. Pida acceso al operador.
