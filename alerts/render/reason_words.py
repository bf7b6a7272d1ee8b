"""Sentences for reasons: why somebody was not told, and why a message did not go out. Each is a clause.

A part of `alerts/render/catalogue.py`; `~` as there. `alerts/render/reasons.py` puts clauses together.
"""

from typing import Final

_RENEW: Final = "create a new bot token in the Slack app's settings (OAuth & Permissions) and set it as `token`"
_RENEW_FR: Final = (
    "créer un nouveau jeton de robot dans les réglages de l’application Slack (OAuth & Permissions) "
    "et l’indiquer comme `token`"
)

EN: Final = {
    # ── an incident that is not told ──
    "because.handled": "{who} has already taken charge",
    "because.snoozed": "a human asked for quiet until {until}",
    "because.below": "{severity} is less severe than {least}, the least that {brand} is told of",
    "because.silence-by": "silence by {who} until {until}: {said}",
    "because.silence-by.unsaid": "silence by {who} until {until}: no reason given",
    "because.silence": "silence until {until}: {said}",
    "because.silence.unsaid": "silence until {until}: no reason given",
    "because.inhibited": "a P1 on {brand} is open and being told: incident {incident}",
    "because.unheard": "nobody was told that it began",
    "because.step-empty": "step {step} of {policy}, round {round}, found nobody who can be called: {targets}",
    "because.step-untargeted": "step {step} of {policy}, round {round}, found nobody who can be called: no targets",
    "because.fallback-empty": "the fallback of {policy} reaches nobody: {targets}",
    "because.no-fallback": "the fallback of {policy} reaches nobody: none is set",
    "because.silences-full": "this silence is not set: there are {count} already; end one of them first",
    "because.silence-over": "this silence is not set: its time is over already",
    "because.no-such-silence": "no such silence is set; those of the settings end as the settings say",
    # ── a recipient who is not told now ──
    "because.muted": "asked not to hear of this incident until {until}, unless it gets more severe",
    "because.quiet-hours": "quiet hours until {until}",
    "because.budget": "no more than {budget} messages below P1 a night are wanted, and this one lasts until {until}",
    "because.in-digest": "it comes in the digest at {at}",
    "because.no-digest": "less severe than the brand wants to hear of, and no digest is wanted",
    "because.no-news": "no news since the last digest",
    "because.not-told-before": "was not told of this incident, and so not of what becomes of it",
    "because.digest-only": "is told of this incident only in the digest",
    "because.digest-full": "{count} others already wait for the digest; the console has them all",
    "because.no-way": "there is no way to reach {name}: add channels to [people.{name}] in the settings",
    "because.nobody-named-so": "{name} is neither person:NAME nor channel:NAME, so nobody can be reached by it",
    # ── a message that does not go out, or not as it was meant to ──
    "because.passed-over": "a quiet change, which is not told here",
    "because.same-message": "by the same message",
    "because.in-place-of": "in place of {channel}",
    "because.passed-on": "passed on to {channel}",
    "because.failover-failed": "{channel}, its failover, has failed too",
    "because.overtaken": "overtaken: {count} newer messages on the same incident wait for this channel",
    "because.superseded": "a newer message on the same incident says more",
    "because.no-channels": "{who} has no channel",
    "because.no-recipient": "the recipient has no channel",
    "because.no-such-channel": "there is no channel named {channel}",
    "because.removed": "the channel {channel} is no longer in the settings",
    "because.given-up.one": "given up after {tries} try",
    "because.given-up.other": "given up after {tries} tries",
    "because.takes-nothing": "the channel takes nothing at all",
    "because.too-slow": "no end within {seconds} s",
    "because.internal": "internal error in channel {channel} ({error}); see the log",
    "because.remedy.add-contact": "Remedy: give them one under [people] or [channels]",
    "because.remedy.add-channel": (
        "Remedy: add [channels.{base}] to the settings, or name another one where {channel} stands"
    ),
    "because.remedy.name-alone": (
        "Remedy: {base} takes no address of this kind, or nobody under [people] has it: name {base} alone"
    ),
    # ── what channels meet ──
    "because.bad-address": "the address of {service} is not a usable http(s) address: check the settings",
    "because.unreachable": "{service} cannot be reached ({error})",
    "because.no-answer": "{service} did not answer properly ({error})",
    "because.busy": "{service} asks for patience (429)",
    "because.failed": "{service} failed ({status})",
    "because.unreadable": "the answer of {service} was not readable",
    "because.not-ready": "{service} is not ready ({status})",
    "because.moved": "{service} has moved ({status})",
    "because.refused": "{service} refused: {said}",
    "because.answered": "{service} answered: {said}",
    "because.turn": "{method} waits for its turn within the rate limit",
    "because.slack": "Slack: {code}",
    "because.slack-refused": "Slack refused {method}: {said}",
    "because.unnamed": "the answer of {service} names no message",
    "because.no-connection": "{service} gave no address for a connection",
    "because.no-hello": "{service} did not say hello",
    "because.switched-off": "it is switched off",
    "because.terminal-full": "the terminal is not ready to be written to",
    "because.terminal-broken": "the terminal cannot be written to ({error})",
    "because.terminal-closed": "the terminal is closed",
    "because.not-accepted": "not accepted for {who}: {said}",
    "because.untrusted": "the certificate of {service} is not trusted ({said})",
    "because.lacks": "{service} lacks what is asked for ({said})",
    "because.mail-lost": "{service} did not take the mail ({error})",
    "because.mail-unmade": "the mail could not be made: {said}",
    "because.recipients-later": "{service} takes no recipient for now: {said}",
    "because.recipients-refused": "{service} refused every recipient: {said}",
    "because.login-refused": "{service} did not accept the user name or the password ({status})",
    "because.apprise-missing": "Apprise is not installed",
    "because.apprise-unknown": "service {number}: Apprise does not know this address",
    "because.apprise-said": "{service} (service {number}): {said}",
    "because.apprise-silent": "{service} (service {number}): no reason given",
    "because.partly": "not taken by all services",
    # ── what a person can do ──
    "because.remedy.pagerduty": (
        "Remedy: check `routing_key` (the integration key of an Events API v2 integration) and `base_url`"
    ),
    "because.remedy.webhook-moved": (
        "Remedy: set `url` to where it leads; redirections are not followed, since a secret goes along"
    ),
    "because.remedy.webhook": "Remedy: check `url`, `secret` and its program",
    "because.remedy.certificate": (
        "Remedy: set `host` to the name in the certificate, and `ca_file` for an authority of your own"
    ),
    "because.remedy.tls": "Remedy: check `tls` and `port`",
    "because.remedy.mail": "Remedy: check `sender`, `to` and `ca_file`",
    "because.remedy.to": "Remedy: check `to`",
    "because.remedy.login": "Remedy: check `username` and `password`; many providers ask for an app password",
    "because.remedy.sender": "Remedy: check `sender` and what this server lets you send",
    "because.remedy.apprise": "Remedy: pip install 'tocsin[apprise]'",
    "because.remedy.urls": "Remedy: check `urls`",
    "because.remedy.socket-mode": "Remedy: switch Socket Mode on in the Slack app's settings",
    "because.remedy.see": "Remedy: see {page}",
    "because.remedy.slack.channel_not_found": (
        "Remedy: check the channel id in the settings, and invite the app to the channel: /invite @…"
    ),
    "because.remedy.slack.not_in_channel": "Remedy: invite the app to the channel: /invite @…",
    "because.remedy.slack.is_archived": (
        "Remedy: the channel is archived: unarchive it, or set another one in the settings"
    ),
    "because.remedy.slack.restricted_action": (
        "Remedy: a workspace rule forbids the app to post there: ask a workspace administrator"
    ),
    "because.remedy.slack.invalid_auth": f"Remedy: the token is not valid: {_RENEW}",
    "because.remedy.slack.not_authed": f"Remedy: there is no token: {_RENEW}",
    "because.remedy.slack.token_revoked": f"Remedy: the token was revoked: {_RENEW}",
    "because.remedy.slack.token_expired": f"Remedy: the token has expired: {_RENEW}",
    "because.remedy.slack.account_inactive": f"Remedy: the app's account is inactive: {_RENEW}",
    "because.remedy.slack.no_permission": f"Remedy: the token may not do that: {_RENEW}",
    "because.remedy.slack.not_allowed_token_type": f"Remedy: this is not a bot's token: {_RENEW}",
    "because.remedy.slack.team_access_not_granted": (
        "Remedy: the app is not installed in that workspace: ask a workspace administrator"
    ),
    "because.remedy.slack.org_login_required": (
        "Remedy: the workspace is being moved to an organisation: try again when that is done"
    ),
    "because.remedy.slack.restricted_action_read_only_channel": (
        "Remedy: the channel is read-only: let the app post, or set another channel"
    ),
    "because.remedy.slack.restricted_action_thread_locked": "Remedy: the thread is locked: unlock it",
    "because.remedy.slack.messages_tab_disabled": (
        "Remedy: let people get the app's messages: App Home, Messages Tab, in the Slack app's settings"
    ),
    "because.remedy.slack.cannot_dm_bot": "Remedy: the address is a bot's: set a person's user id",
    "because.remedy.slack.user_not_found": "Remedy: there is no such user: check the user id in the settings",
    "because.remedy.slack.user_disabled": ("Remedy: this user's account is deactivated: take it out of the settings"),
    "because.remedy.slack.missing_scope": ("Remedy: add the scopes {scopes} to the Slack app, and reinstall it"),
    "because.remedy.slack.msg_too_long": (
        "Remedy: the message is longer than Slack allows; please report this as a bug"
    ),
    "because.remedy.slack.invalid_blocks": (
        "Remedy: Slack does not accept the form of the message; please report this as a bug"
    ),
    "because.remedy.slack-webhook.no_service": (
        "Remedy: the webhook was removed: create a new one in Slack and set its address as `url`"
    ),
    "because.remedy.slack-webhook.no_team": (
        "Remedy: the workspace no longer exists: create a webhook in another one and set its address as `url`"
    ),
    "because.remedy.slack-webhook.invalid_token": (
        "Remedy: the webhook's address is not right: copy it again from Slack and set it as `url`"
    ),
    "because.remedy.slack-webhook.channel_not_found": (
        "Remedy: the webhook's channel was deleted: create a new webhook and set its address as `url`"
    ),
    "because.remedy.slack-webhook.channel_is_archived": (
        "Remedy: the webhook's channel is archived: unarchive it, or create a webhook for another one"
    ),
    "because.remedy.slack-webhook.action_prohibited": (
        "Remedy: a workspace rule forbids the webhook to post: ask a workspace administrator"
    ),
    "unreached": "{who} was not told of {brand} {severity}",
    "unreached.anybody": "somebody",
    "unreached.rejected": "refused",
    "unreached.expired": "given up",
    "unreached.no-channel": "no channel",
}

FR: Final = {
    "because.handled": "{who} s’en charge déjà",
    "because.snoozed": "un humain a demandé le silence jusqu’au {until}",
    "because.below": "{severity} est moins grave que {least}, le minimum signalé pour {brand}",
    "because.silence-by": "silence de {who} jusqu’au {until}~: {said}",
    "because.silence-by.unsaid": "silence de {who} jusqu’au {until}, sans raison donnée",
    "because.silence": "silence jusqu’au {until}~: {said}",
    "because.silence.unsaid": "silence jusqu’au {until}, sans raison donnée",
    "because.inhibited": "une alerte P1 sur {brand} est ouverte et déjà annoncée~: incident {incident}",
    "because.unheard": "personne n’avait été prévenu du début",
    "because.step-empty": "l’étape {step} de {policy}, tour {round}, n’a trouvé personne à appeler~: {targets}",
    "because.step-untargeted": "l’étape {step} de {policy}, tour {round}, n’a personne à appeler",
    "because.fallback-empty": "le dernier recours de {policy} ne joint personne~: {targets}",
    "because.no-fallback": "le dernier recours de {policy} ne joint personne~: aucun n’est réglé",
    "because.silences-full": "ce silence n’est pas posé~: il y en a déjà {count}~; en lever un d’abord",
    "because.silence-over": "ce silence n’est pas posé~: son heure est déjà passée",
    "because.no-such-silence": "aucun silence de ce nom~; ceux des réglages finissent comme ils y sont écrits",
    "because.muted": "a demandé à ne rien savoir de cet incident jusqu’au {until}, sauf s’il s’aggrave",
    "because.quiet-hours": "heures calmes jusqu’au {until}",
    "because.budget": "pas plus de {budget} messages sous P1 par nuit, et cette nuit dure jusqu’au {until}",
    "because.in-digest": "à lire dans le récapitulatif du {at}",
    "because.no-digest": "moins grave que ce que la marque veut entendre, et aucun récapitulatif n’est demandé",
    "because.no-news": "rien de neuf depuis le dernier récapitulatif",
    "because.not-told-before": "n’était pas au courant de cet incident, donc pas non plus de sa suite",
    "because.digest-only": "n’est informé de cet incident que dans le récapitulatif",
    "because.digest-full": "{count} autres attendent déjà le récapitulatif~; la console les a tous",
    "because.no-way": "aucun moyen de joindre {name}~: ajouter channels à [people.{name}] dans les réglages",
    "because.nobody-named-so": "{name} n’est ni une personne ni un canal~; personne n’est joint ainsi",
    "because.passed-over": "un changement discret, qui n’est pas annoncé ici",
    "because.same-message": "par le même message",
    "because.in-place-of": "à la place de {channel}",
    "because.passed-on": "confié à {channel}",
    "because.failover-failed": "{channel}, son canal de secours, a échoué aussi",
    "because.overtaken": "dépassé~: {count} messages plus récents sur le même incident attendent ce canal",
    "because.superseded": "un message plus récent sur le même incident en dit plus",
    "because.no-channels": "{who} n’a aucun canal",
    "because.no-recipient": "le destinataire n’a aucun canal",
    "because.no-such-channel": "il n’y a pas de canal nommé {channel}",
    "because.removed": "le canal {channel} n’est plus dans les réglages",
    "because.given-up.one": "abandonné après {tries} essai",
    "because.given-up.other": "abandonné après {tries} essais",
    "because.takes-nothing": "le canal ne prend plus rien du tout",
    "because.too-slow": "pas de fin en {seconds}~s",
    "because.internal": "erreur interne du canal {channel} ({error})~; voir le journal",
    "because.remedy.add-contact": "Remède~: lui en donner un sous [people] ou [channels]",
    "because.remedy.add-channel": (
        "Remède~: ajouter [channels.{base}] aux réglages, ou nommer un autre canal à la place de {channel}"
    ),
    "because.remedy.name-alone": (
        "Remède~: {base} ne prend pas d’adresse de ce genre, ou personne ne l’a sous [people]~; nommer {base} seul"
    ),
    "because.bad-address": "l’adresse de {service} n’est pas une adresse http(s) utilisable~: vérifier les réglages",
    "because.unreachable": "{service} est injoignable ({error})",
    "because.no-answer": "{service} n’a pas répondu correctement ({error})",
    "because.busy": "{service} demande de patienter (429)",
    "because.failed": "{service} a échoué ({status})",
    "because.unreadable": "la réponse de {service} était illisible",
    "because.not-ready": "{service} n’est pas prêt ({status})",
    "because.moved": "{service} a déménagé ({status})",
    "because.refused": "{service} a refusé~: {said}",
    "because.answered": "{service} a répondu~: {said}",
    "because.turn": "{method} attend son tour sous la limite de débit",
    "because.slack": "Slack~: {code}",
    "because.slack-refused": "Slack a refusé {method}~: {said}",
    "because.unnamed": "la réponse de {service} ne nomme aucun message",
    "because.no-connection": "{service} n’a pas donné d’adresse de connexion",
    "because.no-hello": "{service} n’a pas dit bonjour",
    "because.switched-off": "c’est désactivé",
    "because.terminal-full": "le terminal n’est pas prêt à recevoir du texte",
    "because.terminal-broken": "rien ne peut être écrit sur le terminal ({error})",
    "because.terminal-closed": "le terminal est fermé",
    "because.not-accepted": "pas accepté pour {who}~: {said}",
    "because.untrusted": "le certificat de {service} n’inspire pas confiance ({said})",
    "because.lacks": "{service} ne sait pas faire ce qui est demandé ({said})",
    "because.mail-lost": "{service} n’a pas pris le mail ({error})",
    "because.mail-unmade": "le mail n’a pas pu être composé~: {said}",
    "because.recipients-later": "{service} ne prend aucun destinataire pour l’instant~: {said}",
    "because.recipients-refused": "{service} a refusé tous les destinataires~: {said}",
    "because.login-refused": "{service} n’a pas accepté le nom d’utilisateur ou le mot de passe ({status})",
    "because.apprise-missing": "Apprise n’est pas installé",
    "because.apprise-unknown": "service {number}~: Apprise ne connaît pas cette adresse",
    "because.apprise-said": "{service} (service {number})~: {said}",
    "because.apprise-silent": "{service} (service {number})~: sans raison donnée",
    "because.partly": "tous les services ne l’ont pas pris",
    "because.remedy.pagerduty": (
        "Remède~: vérifier `routing_key` (la clé d’une intégration Events API v2) et `base_url`"
    ),
    "because.remedy.webhook-moved": (
        "Remède~: mettre dans `url` l’adresse où cela mène~; les redirections ne sont pas suivies, "
        "car un secret accompagne l’envoi"
    ),
    "because.remedy.webhook": "Remède~: vérifier `url`, `secret` et son programme",
    "because.remedy.certificate": (
        "Remède~: mettre dans `host` le nom du certificat, et dans `ca_file` votre propre autorité"
    ),
    "because.remedy.tls": "Remède~: vérifier `tls` et `port`",
    "because.remedy.mail": "Remède~: vérifier `sender`, `to` et `ca_file`",
    "because.remedy.to": "Remède~: vérifier `to`",
    "because.remedy.login": (
        "Remède~: vérifier `username` et `password`~; beaucoup de fournisseurs veulent un mot de passe d’application"
    ),
    "because.remedy.sender": "Remède~: vérifier `sender` et ce que ce serveur vous laisse envoyer",
    "because.remedy.apprise": "Remède~: pip install tocsin[apprise]",
    "because.remedy.urls": "Remède~: vérifier `urls`",
    "because.remedy.socket-mode": "Remède~: activer Socket Mode dans les réglages de l’application Slack",
    "because.remedy.see": "Remède~: voir {page}",
    "because.remedy.slack.channel_not_found": (
        "Remède~: vérifier l’identifiant du canal dans les réglages, et y inviter l’application~: /invite @…"
    ),
    "because.remedy.slack.not_in_channel": "Remède~: inviter l’application dans le canal~: /invite @…",
    "because.remedy.slack.is_archived": (
        "Remède~: le canal est archivé~; le désarchiver, ou en mettre un autre dans les réglages"
    ),
    "because.remedy.slack.restricted_action": (
        "Remède~: une règle de l’espace de travail interdit à l’application d’y écrire~; demander à un administrateur"
    ),
    "because.remedy.slack.invalid_auth": f"Remède~: le jeton n’est pas valable~; {_RENEW_FR}",
    "because.remedy.slack.not_authed": f"Remède~: il n’y a pas de jeton~; {_RENEW_FR}",
    "because.remedy.slack.token_revoked": f"Remède~: le jeton a été révoqué~; {_RENEW_FR}",
    "because.remedy.slack.token_expired": f"Remède~: le jeton a expiré~; {_RENEW_FR}",
    "because.remedy.slack.account_inactive": f"Remède~: le compte de l’application est inactif~; {_RENEW_FR}",
    "because.remedy.slack.no_permission": f"Remède~: le jeton n’y est pas autorisé~; {_RENEW_FR}",
    "because.remedy.slack.not_allowed_token_type": f"Remède~: ce n’est pas le jeton d’un robot~; {_RENEW_FR}",
    "because.remedy.slack.team_access_not_granted": (
        "Remède~: l’application n’est pas installée dans cet espace de travail~; demander à un administrateur"
    ),
    "because.remedy.slack.org_login_required": (
        "Remède~: l’espace de travail rejoint une organisation~; réessayer quand ce sera fait"
    ),
    "because.remedy.slack.restricted_action_read_only_channel": (
        "Remède~: le canal est en lecture seule~; y laisser écrire l’application, ou mettre un autre canal"
    ),
    "because.remedy.slack.restricted_action_thread_locked": "Remède~: le fil est verrouillé~; le déverrouiller",
    "because.remedy.slack.messages_tab_disabled": (
        "Remède~: permettre les messages de l’application~: App Home, Messages Tab, "
        "dans les réglages de l’application Slack"
    ),
    "because.remedy.slack.cannot_dm_bot": (
        "Remède~: l’adresse est celle d’un robot~; mettre l’identifiant d’une personne"
    ),
    "because.remedy.slack.user_not_found": (
        "Remède~: cet utilisateur n’existe pas~; vérifier son identifiant dans les réglages"
    ),
    "because.remedy.slack.user_disabled": "Remède~: le compte de cet utilisateur est désactivé~; l’ôter des réglages",
    "because.remedy.slack.missing_scope": (
        "Remède~: donner à l’application Slack les droits {scopes}, et la réinstaller"
    ),
    "because.remedy.slack.msg_too_long": (
        "Remède~: le message est plus long que Slack ne le permet~; merci de signaler ce défaut"
    ),
    "because.remedy.slack.invalid_blocks": (
        "Remède~: Slack n’accepte pas la forme du message~; merci de signaler ce défaut"
    ),
    "because.remedy.slack-webhook.no_service": (
        "Remède~: le webhook a été supprimé~; en créer un autre dans Slack et mettre son adresse dans `url`"
    ),
    "because.remedy.slack-webhook.no_team": (
        "Remède~: l’espace de travail n’existe plus~; créer un webhook dans un autre et mettre son adresse dans `url`"
    ),
    "because.remedy.slack-webhook.invalid_token": (
        "Remède~: l’adresse du webhook n’est pas juste~; la recopier de Slack et la mettre dans `url`"
    ),
    "because.remedy.slack-webhook.channel_not_found": (
        "Remède~: le canal du webhook a été supprimé~; créer un autre webhook et mettre son adresse dans `url`"
    ),
    "because.remedy.slack-webhook.channel_is_archived": (
        "Remède~: le canal du webhook est archivé~; le désarchiver, ou créer un webhook pour un autre"
    ),
    "because.remedy.slack-webhook.action_prohibited": (
        "Remède~: une règle de l’espace de travail interdit au webhook d’écrire~; demander à un administrateur"
    ),
    "unreached": "{who} n’a pas été prévenu~: {brand} {severity}",
    "unreached.anybody": "quelqu’un",
    "unreached.rejected": "refusé",
    "unreached.expired": "abandonné",
    "unreached.no-channel": "aucun canal",
}
