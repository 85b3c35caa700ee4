"""Phrases that outlets put around their articles, Spanish and English, one pattern a line. Matched against folded text.

Folded means lower case without accents, ñ kept (see monitor.text.fold). Add a phrase here, nowhere else.
"""

from __future__ import annotations

import re


def _starts(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"^\W*(?:" + "|".join(patterns) + ")")


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"^\W*(?:" + "|".join(patterns) + r")\W*$")


def _anywhere(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_CUE = (
    r"(?:le[ea]|leer|mira|mire|ve|vea|ver|videos?|conoce|conozca|revis[ae]|descubr[ae]|enterate|escuch[ae]|sigue|siga"
    r"|fotos?|fotogaleria|galeria|relacionad[oa]s?|notas? relacionadas?|noticias? relacionadas?|ademas|tambien"
    r"|(?:tambien )?puedes? (?:ver|leer|seguir)|(?:te|le) interesa|(?:te|le) (?:recomendamos|sugerimos)|contexto"
    r"|para (?:leer|saber)|recomendamos|read|watch|listen|related|see|more|also)"
)
_MORE = r"(?:tambien|ademas|mas|aqui|aca|also|more|too|next|now|here)"
_ITEMS = r"(?:contenidos?|articulos?|notas?|noticias?|temas?|enlaces?|videos?)"

# ---------------------------------------------------------------- lines inside an article that are not of it

RELATED = _starts(
    rf"{_CUE}(?:\s+{_MORE})*\s*(?:[:|►▶»>→]|[-–—]\s)",  # "LEA TAMBIÉN:", "Mira |", "PUEDES VER:"
    r"(?:le[ea]|leer|mira|vea|ver|ve|escucha|revisa|conoce)\s+(?:tambien|ademas)\b",
    r"(?:tambien|ademas)\s+(?:le[ea]|leer|mira|vea|ver)\b",
    r"(?:le[ea]|ver|ve|mira|conoce)\s+mas(?:\s+(?:en|sobre|de|noticias|informacion)\b|\s*$)",
    r"(?:tambien\s+)?(?:te|le|les)\s+(?:puede|podria|pueden|podrian)\s+interesar",
    r"(?:quizas?|tal\s+vez)\s+(?:tambien\s+)?(?:te|le)\s+interes[ea]",
    r"(?:esto\s+)?(?:te|le)\s+interesa\W*$",
    r"(?:otras|ultimas)\s+(?:noticias|notas)\W*$",
    r"relacionad[oa]s?\W*$",
    r"(?:articulo|entrada|noticia|nota|post)\s+(?:anterior|siguiente)\b.{0,20}$",
    r"entrada\s+(?:mas\s+reciente|antigua)",
    r"navegacion\s+de\s+(?:entradas|articulos)",
    r"(?:te|le)\s+recomendamos\b",
    r"te\s+sugerimos\b",
    r"recomendad[oa]s?(?:\s+para\s+(?:ti|usted))?\s*:?$",
    r"(?:tambien\s+)?puedes?\s+(?:ver|leer)(?:\s+(?:tambien|ademas|mas)|\s*:)",
    r"no\s+(?:te|se)\s+(?:lo\s+)?pierdas?\b",
    r"no\s+dejes?\s+de\s+(?:ver|leer)\b",
    r"mas\s+(?:informacion|noticias|sobre|en)\b.{0,60}[:|]?$",
    r"(?:lo\s+)?mas\s+(?:leid[oa]s?|vist[oa]s?)\b",
    rf"{_ITEMS}\s+(?:relacionad[oa]s?|sugerid[oa]s?|recomendad[oa]s?)",
    r"(?:sigue|siga|segui|seguir|continua|continue|continuar)\s+leyendo\b.{0,60}$",
    r"read\s+(?:more|also|next|the\s+full)\b",
    r"(?:also\s+read|see\s+also|more\s+stories)\b",
    r"more\s+(?:on|from)\s+this\b",
    r"related\s+(?:stories|articles|content|coverage|news|topics)\b",
    r"you\s+(?:may|might)\s+also\s+(?:like|enjoy)",
    r"recommended\s+(?:for\s+you|stories|reading)\b",
    r"don['’]?t\s+miss\b",
    r"(?:continue|keep)\s+reading\W*$",
)
FURNITURE = _starts(
    r"(?:suscrib(?:ete|ase|irse|ite)|registrate|registrese|siguenos|seguinos|sumate)\b",
    r"inicia(?:r)?\s+sesion\b",
    r"unete\s+(?:a|al|aqui|gratis)\b",
    r"(?:hazte|se|conviertete\s+en)\s+(?:soci[oa]|miembro|suscriptora?)\b",
    r"recib[ae]\s+(?:tu|nuestr|el\s+boletin|gratis)",
    r"(?:quieres?\s+recibir|recib[eai])\b.{0,60}\b(?:en\s+[ts]u|nuestr[oa])\s+"
    r"(?:correo|e-?mail|newsletter|boletin|bandeja|whatsapp|telegram|celular)\b",
    r"sig(?:ue|a)nos\s+(?:en|por|a)\b",
    r"sigue\s+(?:a|las\s+noticias|toda|todas|actualizado|informado)\b.{0,80}"
    r"(?:google|whatsapp|telegram|app|redes|facebook|twitter|instagram|tiktok|canal)",
    r"descarga\s+(?:la|nuestra|el|gratis)\b.{0,60}(?:app|aplicacion|pdf)",
    r"compart(?:e|ir)(?:\s+(?:en|por)\s+\w+|\s+(?:en\s+)?(?:est[aeo]|la|el)(?:\s+(?:nota|noticia|articulo|entrada))?)?\W*$",
    r"compartir\s+nota\W*$",
    r"(?:haz|haga)\s+clic\s+para\b.{0,60}(?:compartir|imprimir|enviar|ventana)",
    r"click\s+to\s+(?:share|print|e-?mail)\b",
    r"(?:me\s+gusta(?:\s+esto)?|like\s+this)\s*:?$",
    r"(?:(?:me\s+gusta|like)\s+)?(?:cargando|loading)\W*$",
    r"(?:imprimir|escuchar(?:\s+(?:noticia|nota|articulo))?|enviar\s+por\s+(?:correo|e-?mail)(?:\s+electronico)?)\W*$",
    r"(?:publicidad|anuncio|patrocinado|advertisement|sponsored)$",
    r"(?:todos\s+los\s+derechos\s+reservados|all\s+rights\s+reserved)\b",
    r"prohibida\s+(?:su|la)\s+reproduccion\b",
    r"copyright\b.{0,40}\d{4}",
    r"sign\s+up\s+(?:for|to)\s+(?:our|the|get|receive)\b",
    r"subscribe\s+(?:to|now|here|today)\b",
    r"follow\s+us\s+(?:on|at)\b",
    r"share\s+(?:this|on)(?:\s+(?:article|story|page|post|facebook|twitter|x|whatsapp))?\s*[:.]?$",
    r"get\s+(?:our|the)\s.{0,60}newsletter",
    r"download\s+(?:our|the)\s.{0,40}app\b",
    r"click\s+here\s+to\s+(?:subscribe|sign|read|join)",
    r"(?:(?:el\s+)?(?:presente\s+)?contenido\s+)?exclusivo\s+(?:para\s+)?suscriptores",
    r"(?:tags?|etiquetas?)\s*:",
    r"(?:temas|archivado\s+en|palabras\s+clave|categorias?)\s*:",
    r"las\s+opiniones\s+(?:expresadas|vertidas|emitidas)\b",
    r"(?:al\s+)?(?:enviar|suscribirte|registrarte)\W?\s+(?:\w+\s+)?acept[ao]s?\b",
    r"(?:tiempo\s+de\s+lectura|lectura\s+de\s+\d+\s+min)\b",
    r"\d+\s+min(?:utos|ute)?\s+(?:de\s+lectura|read)$",
    r"(?:mira|vea|revisa|lee|lea|conoce|ingresa|ingrese|haz\s+clic|haga\s+clic|descarga|accede|click)\b.{0,120}"
    r"\b(?:aqui|aca|here)\W*$",
)
COMMENTS = _whole(
    r"(?:deja|dejar|dejanos|escribe|escribir|agrega|agregar|añade|añadir|publica|publicar|envia|enviar|haz|hacer)\s+"
    r"(?:aqui\s+)?(?:un|una|tu|su|el)\s+(?:comentario|respuesta|opinion)",
    r"(?:\d+\s+)?comentarios?(?:\s*\(?\d+\)?)?",
    r"(?:no\s+hay|sin|ver|leer|mostrar|cargar)\s+(?:(?:todos\s+)?los\s+|mas\s+|\d+\s+)?comentarios(?:\s+(?:aun|todavia))?",
    r"comentarios\s+de\s+(?:los\s+|nuestros\s+)?lectores",
    r"se\s+el\s+primero\s+en\s+(?:comentar|opinar).{0,20}",
    r"(?:participa|unete)\s+(?:en|a)\s+la\s+conversacion",
    r"be\s+the\s+first\s+to\s+comment.{0,20}",
    r"comenta(?:r)?(?:\s+(?:esta|la)\s+(?:nota|noticia))?",
    r"cancelar\s+(?:la\s+)?respuesta",
    r"(?:normas|reglas|politica|condiciones)\s+(?:de|para)\s+(?:uso\s+de\s+)?(?:los\s+|la\s+)?"
    r"(?:comentarios|participacion|comunidad).{0,40}",
    r"inicia(?:r)?\s+sesion\s+para\s+comentar.{0,20}",
    r"para\s+comentar.{0,60}",
    r"los\s+comentarios\s+(?:publicados|emitidos|realizados)\b.*",
    r"[st]u\s+(?:direccion\s+de\s+)?correo\s+electronico\s+no\s+sera\s+publicad[oa].*",
    r"leave\s+a\s+(?:reply|comment).{0,40}",
    r"(?:post|add|write)\s+a\s+comment",
    r"join\s+the\s+(?:conversation|discussion)",
    r"(?:\d+\s+)?(?:comments?|responses?)(?:\s*\(?\d+\)?)?",
    r"(?:view|show|load)\s+(?:all\s+)?comments?",
    r"house\s+rules",
    r"comments?\s+(?:policy|guidelines|are\s+closed).{0,60}",
    r"your\s+email\s+address\s+will\s+not\s+be\s+published.*",
)

# ---------------------------------------------------------------- what stands before an article

TEASER = _anywhere(
    r"exclusiv[oa]s? (?:para|de) (?:nuestros )?(?:suscriptores|socios|miembros)",
    r"(?:solo|unicamente) para suscriptores",
    r"(?:suscribete|suscribase|registrate|registrese|inicia sesion|hazte socio)[^.]{0,60}(?:seguir|continuar) leyendo",
    r"(?:seguir|continuar) leyendo[^.]{0,60}(?:suscri|registr|inicia)",
    r"contenido (?:exclusivo|premium)\b",
    r"para (?:seguir|continuar) leyendo est[ea]",
    r"ya (?:eres|soy) suscriptor",
    r"subscribe (?:now )?to (?:continue|keep|read)",
    r"(?:exclusive|available|only) (?:to|for) (?:our )?subscribers",
    r"already a subscriber",
    r"(?:log|sign) in to (?:continue|read|keep)",
    r"to (?:continue|keep) reading\b.{0,40}(?:subscri|regist|account)",
    r"this (?:article|story|content) is for subscribers",
)
NOT_FOUND = _anywhere(
    r"\b(?:error|pagina|page) 404\b|^404\b|\b404 (?:error|not found)",
    r"pagina no (?:encontrada|existe|disponible)",
    r"no (?:se (?:ha )?encontr(?:o|ado)|existe) (?:la|esta) pagina",
    r"(?:contenido|articulo|noticia|nota) no (?:encontrad[oa]|disponible|existe)",
    r"page (?:not found|no longer)",
    r"page (?:can ?not|can't|could not) be found",
    r"^(?:nothing|not) found\b",
    r"ya no (?:esta disponible|existe)$",
    r"no longer available$",
    r"^(?:oops|ups|lo sentimos|sorry)\b",
)
CHALLENGE = _starts(
    r"just a moment\b",
    r"attention required\b",
    r"checking your browser\b",
    r"access denied\b",
    r"are you a robot\b",
    r"verifica(?:ndo)? que eres humano\b",
    r"pardon our interruption\b",
    r"un momento(?:, por favor)?\W*$",
)
CONSENT = _anywhere(
    r"(?:utilizamos|usamos|we use|uso de) (?:las )?cookies",
    r"(?:aceptar|acepto|accept|rechazar|reject|manage|gestionar) (?:todas |all |las |the |mis |tus )?"
    r"(?:cookies|preferencias|preferences|consentimiento)",
    r"(?:aceptar y continuar|accept and continue|aceptar todo|accept all)\b",
    r"politica de (?:cookies|privacidad)",
    r"(?:cookie|privacy) policy",
    r"(?:nuestros|our) (?:\d+ )?(?:socios|partners)",
    r"(?:your|tu|su) (?:privacy|privacidad)",
    r"before you continue|antes de continuar",
    r"(?:almacenar|store) (?:y/?o|o|and/?or) (?:acceder|access)",
)

# ---------------------------------------------------------------- who signs

ORGANISATION = _anywhere(
    r"^(?:redaccion|redacao|noticias|agencias?|equipo|editor(?:ial|es)?|mesa|unidad|staff|admin\w*|newsroom|news|web)\b",
    r"^(?:prensa|oficina|diario|radio|canal|grupo|archivo|corresponsal(?:es)?|enviad[oa]s?|por|by|the)\b",
    r"\b(?:redaccion|noticias|news|press|prensa|agencia|agency|desk|team|editors?|newsroom|digital|media)$",
    r"\bstaff(?: writers?)?$",
    r"\b(?:online|tv|radio|diario|magazine|times|journal|institute|instituto|fundacion|ministerio|universidad|congreso)$",
    r"^(?:efe|afp|ap|reuters|andina|dpa|ansa|xinhua|bloomberg|rt|dw|infobae|rpp|bbc|cnn)\b",
    r"^(?:deutsche welle|europa press|associated press|agence france presse|france 24|the conversation|mongabay)\b",
)
