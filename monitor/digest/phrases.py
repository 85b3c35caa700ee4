"""The words of the frame, English and Spanish side by side. Headlines are never translated."""

from __future__ import annotations

# key -> (English, Spanish); `{...}` are filled by Frame.say
PHRASES: dict[str, tuple[str, str]] = {
    "product": ("Peru monitor", "Monitor del Perú"),
    "kicker": ("Weekly digest of changes", "Resumen semanal de cambios"),
    "heading": ("Week {week}: {first} to {last}", "Semana {week}: del {first} al {last}"),
    "flow": (
        "{articles} → {stories} from {answered} of {enabled} sources",
        "{articles} → {stories} de {answered} de {enabled} fuentes",
    ),
    "reading": (
        "{first} min for the bottom line and what changed, {minutes} min for all {words} words",
        "{first} min para lo esencial y los cambios, {minutes} min para todo ({words} palabras)",
    ),
    "until": ("data until {at} Lima time", "datos hasta el {at}, hora de Lima"),
    "no_data": ("nothing collected yet", "aún no se recogió nada"),
    "running": (
        "The week is not over: every figure is so far, and lower figures than last week are to be expected.",
        "La semana no ha terminado: las cifras son parciales y es de esperar que sean menores que las anteriores.",
    ),
    "bottom_line": ("Bottom line", "Lo esencial"),
    # counts
    "story": ("{n} story|{n} stories", "{n} historia|{n} historias"),
    "article": ("{n} article|{n} articles", "{n} artículo|{n} artículos"),
    "outlet": ("{n} outlet|{n} outlets", "{n} medio|{n} medios"),
    "owner": ("{n} owner group|{n} owner groups", "{n} grupo propietario|{n} grupos propietarios"),
    "source": ("{n} source|{n} sources", "{n} fuente|{n} fuentes"),
    "fetch": ("{n} fetch|{n} fetches", "{n} consulta|{n} consultas"),
    "entry": ("{n} entry|{n} entries", "{n} entrada|{n} entradas"),
    # confidence
    "high": ("high confidence", "confianza alta"),
    "moderate": ("moderate confidence", "confianza media"),
    "low": ("low confidence", "confianza baja"),
    "owners_high": ("{owners} (high)", "{owners} (alta)"),
    "owners_moderate": ("{owners} (moderate)", "{owners} (media)"),
    "owners_low": ("{owners} (low)", "{owners} (baja)"),
    # bottom line
    "theme_claim": ("{label}: {stories}", "{label}: {stories}"),
    "was": ("{last} last week{percent}", "{last} la semana anterior{percent}"),
    "was_none": ("last week was not collected in full", "la semana anterior no se recogió completa"),
    "usually": (
        "{usual} in a usual week (from {low} to {high})",
        "{usual} en una semana usual (de {low} a {high})",
    ),
    "above": ("well above its usual range", "muy por encima de su rango usual"),
    "below": ("well below its usual range", "muy por debajo de su rango usual"),
    "like": (
        "{n} of them from sources with a full record",
        "{n} de ellas de fuentes con registro completo",
    ),
    "beside": (
        "outside its usual range, but too little to flag",
        "fuera de su rango usual, pero sin llegar a marcarse",
    ),
    "within": ("within its usual range", "dentro de su rango usual"),
    "short_history": (
        "no usual range yet ({n} of 4 weeks needed)",
        "aún sin rango usual ({n} de 4 semanas necesarias)",
    ),
    "most_covered": ("Most widely covered: {title}", "Lo más difundido: {title}"),
    "also_covered": ("Also widely covered: {title}", "También muy difundido: {title}"),
    "most_covered_new": ("Most widely covered of the new stories: {title}", "Lo más difundido de lo nuevo: {title}"),
    "gone_quiet": ("Gone quiet: {title}", "Dejó de ser noticia: {title}"),
    "gone_quiet_detail": ("covered last week, by nobody this week", "difundido la semana anterior, por nadie en esta"),
    "lead": ("most covered:", "lo más difundido:"),
    "story_new": ("new this week", "nueva esta semana"),
    "story_before": ("{outlets} last week", "{outlets} la semana anterior"),
    "story_resurfaced": ("back after three weeks or more", "vuelve tras tres semanas o más"),
    "volume": ("{stories} in {articles}", "{stories} en {articles}"),
    "gap_claim": (
        "Nothing new from {sources} this week: {names}",
        "Nada nuevo de {sources} esta semana: {names}",
    ),
    "gap_bias": (
        "{label} may be undercounted: {share} of it came from there in the weeks before",
        "{label} puede estar subestimado: {share} provenía de allí en las semanas previas",
    ),
    "nothing": (
        "No news about Peru this week in the {sources} that answered",
        "Ninguna noticia sobre el Perú esta semana en las fuentes que respondieron ({sources})",
    ),
    "deaf": (
        "Nothing was collected this week: no source gave a usable answer",
        "Esta semana no se recogió nada: ninguna fuente dio una respuesta utilizable",
    ),
    "deaf_detail": ("an empty issue is not a quiet week", "un número vacío no es una semana tranquila"),
    # subject
    "subject": ("Peru {week}: {finding}", "Perú {week}: {finding}"),
    "subject_up": ("{label} up, {n} (was {last})", "{label} sube a {n} (antes {last})"),
    "subject_down": ("{label} down, {n} (was {last})", "{label} baja a {n} (antes {last})"),
    "subject_moved": ("{label}: {n} (was {last})", "{label}: {n} (antes {last})"),
    "subject_volume": ("{stories}, {last} last week", "{stories}, {last} la semana anterior"),
    "subject_nothing": ("no news collected", "sin noticias recogidas"),
    # themes
    "col_theme": ("Theme", "Tema"),
    "col_this": ("This week", "Esta semana"),
    "col_last": ("Last week", "Anterior"),
    "col_change": ("Change", "Cambio"),
    "col_usual": ("Usual", "Usual"),
    "col_states": ("New / cont. / quiet", "Nuevas / siguen / callan"),
    "col_bars": ("8 weeks + this", "8 sem. + esta"),
    "minor": ("Changed by one story or not at all", "Cambió en una historia o en ninguna"),
    "theme_caption": (
        "Stories per theme, the largest change first. New / cont. / quiet: opened this week / going on / told by two "
        "outlets last week and by none now. Usual: median of up to 8 earlier weeks. A dot: week not collected.",
        "Historias por tema, primero el mayor cambio. Nuevas / siguen / callan: abiertas esta semana / que continúan / "
        "contadas por dos medios la semana anterior y ahora por ninguno. Usual: mediana de hasta 8 semanas previas. "
        "Un punto: semana no recogida.",
    ),
    "new_n": ("{n} new", "{n} nueva|{n} nuevas"),
    "continuing_n": ("{n} continuing", "{n} continúa|{n} continúan"),
    "growing_n": ("{n} growing", "{n} crece|{n} crecen"),
    "resurfaced_n": ("{n} back after a pause", "{n} reaparece|{n} reaparecen"),
    "flag_up": ("▲ unusually many", "▲ más de lo usual"),
    "flag_down": ("▼ unusually few", "▼ menos de lo usual"),
    "like_note": ("{n} from sources with a full record", "{n} de fuentes con registro completo"),
    "no_history": (
        "Not enough history for a usual range: {n} of at least 4 earlier weeks were collected in full. "
        "Nothing is flagged.",
        "Historia insuficiente para un rango usual: se recogieron completas {n} de al menos 4 semanas previas. "
        "No se marca nada.",
    ),
    "no_last_week": (
        "Last week was not collected in full: there is no comparison with it.",
        "La semana anterior no se recogió completa: no hay comparación con ella.",
    ),
    "no_stories_in": ("No stories this week or last: {labels}.", "Sin historias esta semana ni la anterior: {labels}."),
    "see": ("see", "véase"),
    "rules_changed": (
        "The theme rules changed within the weeks compared ({before} → {now}): part of a change may come from the "
        "rules, not the news.",
        "Las reglas temáticas cambiaron dentro de las semanas comparadas ({before} → {now}): parte de un cambio puede "
        "deberse a las reglas y no a las noticias.",
    ),
    # stories
    "tag_new": ("NEW", "NUEVA"),
    "tag_growing": ("GROWING", "CRECE"),
    "tag_continuing": ("CONTINUING", "CONTINÚA"),
    "tag_resurfaced": ("BACK", "REAPARECE"),
    "more": ("more", "más"),
    "why": ("{stories}{movement}. {basis}.", "{stories}{movement}. {basis}."),
    "usual_short": ("usually {usual}", "usual {usual}"),
    "none_here": ("None this week.", "Ninguna esta semana."),
    "no_themes": ("No story of this week carries a theme.", "Ninguna historia de la semana tiene tema."),
    # edits
    "edit_figure": ("FIGURE", "CIFRA"),
    "edit_headline": ("HEADLINE", "TITULAR"),
    "edit_summary": ("SUMMARY", "BAJADA"),
    "edit_withdrawn": ("WITHDRAWN", "RETIRADO"),
    "edit_correction": ("CORRECTION", "FE DE ERRATAS"),
    "edit_attribution": ("SOURCE DROPPED", "SIN FUENTE"),
    "edit_name": ("NAME DROPPED", "SIN NOMBRE"),
    "was_label": ("was", "antes"),
    "edit_times": ("edited {n} times", "editado {n} veces"),
    "gone_page": ("the page is gone", "la página ya no existe"),
    # gone quiet, learned later
    "last_seen": ("last on {day}", "última vez el {day}"),
    "unheard": (
        "none of its sources answered this week, so this may be our silence",
        "ninguna de sus fuentes respondió esta semana: el silencio puede ser nuestro",
    ),
    "dated": ("dated {day} ({week}), seen {seen}", "del {day} ({week}), visto el {seen}"),
    "adds": ("adds a story to {week}", "añade una historia a {week}"),
    # stories joined or taken apart
    "story_merge": ("now part of “{title}”", "ahora parte de «{title}»"),
    "story_split": ("no longer part of “{title}”", "ya no es parte de «{title}»"),
    "rechecked": ("re-checked on {day}", "revisado el {day}"),
    "changed_by": ("decided by {author} on {day}", "decidido por {author} el {day}"),
    "refigured": ("changes the figures of {weeks}", "cambia las cifras de {weeks}"),
    # coverage
    "all_well": (
        "All as usual ({sources}; new entries): {names}.",
        "Todo como de costumbre ({sources}; entradas nuevas): {names}.",
    ),
    "no_sources": ("No source is enabled.", "Ninguna fuente está activada."),
    "as_usual": (
        "As usual ({sources}; new entries): {names}.",
        "Como de costumbre ({sources}; entradas nuevas): {names}.",
    ),
    "blocked": ("refuses us", "nos rechaza"),
    "failed": ("no usable answer", "sin respuesta utilizable"),
    "never_answered": ("never answered yet", "nunca ha respondido"),
    "failing": ("failing now", "falla ahora"),
    "failing_since": ("no usable answer since {at}", "sin respuesta utilizable desde el {at}"),
    "not_tried": ("not asked this week", "no consultada esta semana"),
    "silent": ("answers, nothing new", "responde, nada nuevo"),
    "shrinking": ("far less than usual", "mucho menos de lo usual"),
    "unsteady": ("failed more than it answered", "falló más de lo que respondió"),
    "teaser_only": ("teasers only", "solo avances"),
    "ok": ("as usual", "como de costumbre"),
    "ok_of": ("{ok} of {n} fetches usable", "{ok} de {n} consultas utilizables"),
    "new_entries": ("{n} new entry|{n} new entries", "{n} entrada nueva|{n} entradas nuevas"),
    "mean_new": ("usually {n}", "lo usual: {n}"),
    "last_new": ("last new {at}", "último nuevo {at}"),
    "never_new": ("no new entry yet", "aún sin entradas nuevas"),
    "teasers": ("{n} of {articles} texts cut short", "{n} de {articles} textos recortados"),
    "biases": ("usually gives {themes}", "suele aportar {themes}"),
    "share_of": ("{share} of {label}", "{share} de {label}"),
    # rejections
    "stage_entry": ("Feed entries not used", "Entradas no usadas"),
    "stage_page": ("Pages read and left out", "Páginas leídas y descartadas"),
    "stage_text": ("Articles with the feed's text only", "Artículos solo con el texto del canal"),
    "stage_count": ("Stored, not counted", "Guardados, no contados"),
    "in_fetches": ("served in {fetches}", "servida en {fetches}"),
    "for_example": ("e.g.", "p. ej."),
    # method
    "method": ("Method", "Método"),
    "def_story": (
        "A story is a group of articles about one event. It counts once a week, and once under each theme that one of "
        "its articles of the week carries; repeats of a text count once.",
        "Una historia es un grupo de artículos sobre un mismo hecho. Cuenta una vez por semana, y una vez en cada tema "
        "que lleve uno de sus artículos de la semana; las repeticiones de un texto cuentan una vez.",
    ),
    "def_confidence": (
        "Confidence is how widely a matter was reported, not whether it is true: high from 5 independent owner groups, "
        "moderate from 2, low 1.",
        "La confianza indica cuán difundido fue un asunto, no si es cierto: alta desde 5 grupos propietarios "
        "independientes, media desde 2, baja 1.",
    ),
    "def_tags": (
        "NEW: first article this week. GROWING: more owner groups than last week. BACK: after three silent weeks.",
        "NUEVA: primer artículo esta semana. CRECE: más grupos propietarios que la semana anterior. REAPARECE: tras "
        "tres semanas en silencio.",
    ),
    "def_flag": (
        "▲▼: outside the range of the weeks before and |z| > 2, z = 2(√this week − √mean before), over all sources and "
        "over those with a full record, from 5 stories on. Up to one theme in 20 by chance.",
        "▲▼: fuera del rango de las semanas previas y |z| > 2, z = 2(√esta semana − √media previa), sobre todas las "
        "fuentes y sobre las de registro completo, desde 5 historias. Hasta uno de cada 20 temas por azar.",
    ),
    "def_week": (
        "Weeks run Monday to Sunday in Lima (UTC−5); an article belongs to the week it was published, or first seen if "
        "that was earlier.",
        "Las semanas van de lunes a domingo en Lima (UTC−5); un artículo pertenece a la semana en que se publicó, o en "
        "que se vio por primera vez si fue antes.",
    ),
    "def_sql": (
        "Every figure comes from warehouse/digest; a listing with as_of := TIMESTAMPTZ '{as_of}' shows it as of this "
        "issue.",
        "Cada cifra proviene de warehouse/digest; un listado con as_of := TIMESTAMPTZ '{as_of}' la muestra como en "
        "este número.",
    ),
    "collected": (
        "{fetches} ({failed} failed): {entries}, counted in each fetch = {new} new + {seen} known + {changed} "
        "changed + {rejected} not used.",
        "{fetches} ({failed} fallidas): {entries}, contadas en cada consulta = {new} nuevas + {seen} conocidas + "
        "{changed} cambiadas + {rejected} no usadas.",
    ),
    "counted": (
        "{articles} with {texts} independent texts from {outlets} and {owners}; {bait} not counted; {untagged} without "
        "a theme.",
        "{articles} con {texts} textos independientes de {outlets} y {owners}; {bait} sin contar; {untagged} sin tema.",
    ),
    "bait_page": (
        "{n} advice or bait page|{n} advice or bait pages",
        "{n} página de consejos o anzuelo|{n} páginas de consejos o anzuelo",
    ),
    "backlog": (
        "From before collection began, and in no week compared here: {articles}.",
        "De antes de la recolección, en ninguna semana comparada: {articles}.",
    ),
    "began": ("Collection began on {day}.", "La recolección comenzó el {day}."),
    "checks_ok": ("All data checks passed.", "Todos los controles de datos pasaron."),
    "checks_failed": ("Failed data checks: {names}.", "Controles de datos fallidos: {names}."),
    "cut_off": ("{n} of {runs} runs were cut off.", "{n} de {runs} corridas se interrumpieron."),
    "imprint": (
        "Issue {week} · run {run} · rules {rules} · as of {as_of} · data until {until} · times in {zone}",
        "Número {week} · corrida {run} · reglas {rules} · estado al {as_of} · datos hasta {until} · horas de {zone}",
    ),
    "contact": (
        "Reply to this mail to ask a question, to correct us, or to be taken off the list.",
        "Responda a este correo para preguntar, corregirnos o salir de la lista.",
    ),
    "no_rows": ("Nothing this week.", "Nada esta semana."),
}

# reason -> (English, Spanish); covers errors.Reason and `seo_bait`
REASONS: dict[str, tuple[str, str]] = {
    "unreachable": ("could not be reached", "inalcanzable"),
    "timeout": ("timed out", "tiempo agotado"),
    "tls": ("bad certificate or TLS", "certificado o TLS defectuoso"),
    "ssrf_blocked": ("address not allowed", "dirección no permitida"),
    "bad_url": ("address that is no web address", "dirección que no es web"),
    "robots": ("robots.txt forbids it", "robots.txt lo prohíbe"),
    "robots_unavailable": ("robots.txt could not be read", "robots.txt ilegible"),
    "redirect": ("redirect not followed", "redirección no seguida"),
    "too_large": ("answer too large", "respuesta demasiado grande"),
    "truncated": ("answer cut off in transit", "respuesta cortada en tránsito"),
    "bad_encoding": ("answer that cannot be decoded", "respuesta que no se puede decodificar"),
    "protocol": ("answer that breaks HTTP", "respuesta que incumple HTTP"),
    "http_auth": ("access refused", "acceso denegado"),
    "challenge": ("bot check instead of an answer", "control antirrobots en vez de respuesta"),
    "not_found": ("page not found", "página no encontrada"),
    "gone": ("page withdrawn", "página retirada"),
    "rate_limited": ("asked us to wait", "pidió esperar"),
    "http_client": ("request refused", "petición rechazada"),
    "http_server": ("server error", "error del servidor"),
    "host_paused": ("host asked us to wait", "el servidor pidió esperar"),
    "not_archived": ("not in the archive", "no está en el archivo"),
    "stopped": ("run stopped first", "la corrida terminó antes"),
    "empty": ("empty answer", "respuesta vacía"),
    "not_a_feed": ("not a feed", "no es un canal"),
    "unparsable": ("answer that cannot be read", "respuesta ilegible"),
    "no_entries": ("no entries", "sin entradas"),
    "unknown_kind": ("unknown kind", "tipo desconocido"),
    "no_link": ("without a link", "sin enlace"),
    "unsafe_link": ("link that is no web address", "enlace que no es una dirección web"),
    "no_title": ("without a title", "sin título"),
    "over_limit": ("more than one document may bring", "más de lo admitido por documento"),
    "too_old": ("too old at first fetch", "demasiado antigua en la primera consulta"),
    "not_about_peru": ("not about Peru", "no trata del Perú"),
    "no_text": ("no text on the page", "sin texto en la página"),
    "too_slow": ("page too heavy to read", "página demasiado pesada"),
    "soft_404": ("error page instead of the article", "página de error en vez del artículo"),
    "consent_wall": ("cookie notice instead of the article", "aviso de cookies en vez del artículo"),
    "front_page": ("front page instead of the article", "portada en vez del artículo"),
    "teaser": ("teaser only", "solo avance"),
    "locked": ("for subscribers only", "solo para suscriptores"),
    "not_html": ("not a web page", "no es una página web"),
    "other_host": ("page of a host that no source names", "página de un servidor que ninguna fuente nombra"),
    "attachments": ("mail whose attached files are not read", "correo con adjuntos que no se leen"),
    "encrypted": ("document that wants a password", "documento que pide contraseña"),
    "pages_off": ("page not read, by choice", "página no leída, por configuración"),
    "bug": ("a fault on our side", "un fallo nuestro"),
    "failed": ("failed", "falló"),
    "seo_bait": ("advice and bait pages", "páginas de consejos y anzuelos"),
}

MONTHS = (
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic"),
)
DAYS = (("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"))

# Names of regions that do not follow from their slug; small words stay small.
REGIONS = {
    "ancash": "Áncash",
    "apurimac": "Apurímac",
    "huanuco": "Huánuco",
    "junin": "Junín",
    "san-martin": "San Martín",
    "madre-de-dios": "Madre de Dios",
    "la-libertad": "La Libertad",
    "vraem": "VRAEM",
}
