"""Nine weeks of an invented press: nine themes, thirty sources, enough of everything for a full issue."""

from __future__ import annotations

from datetime import timedelta

from digest_world import MONDAY, THEMES, World, lima

OUTLETS = {
    "el-faro-de-lima": "faro",
    "diario-sur": "sur",
    "radio-cordillera": "cordillera",
    "la-gaceta-andina": "faro",
    "canal-nueve": "nueve",
    "ojo-norteno": "norteno",
    "andean-post": "andean-post",
    "pacific-wire": "pacific-wire",
    "correo-de-la-selva": "selva",
    "voz-de-puno": "voz",
    "el-minero": "minero",
    "boletin-oficial": "estado",
}
HEADLINES = {
    "illegal-mining-logging": (
        "Destruyen 14 dragas en un operativo en La Pampa",
        "Fiscalía incauta 60 kilos de oro sin origen en el aeropuerto de Juliaca",
        "Congreso amplía otra vez el registro de mineros informales",
        "Navy burns 9 dredges on the Nanay river",
        "Comunidad nativa denuncia tala en concesión forestal de Ucayali",
        "Mercurio: cae red que lo traía desde la frontera con Bolivia",
    ),
    "counter-narcotics": (
        "Incautan 2,3 toneladas de cocaína en el puerto de Paita",
        "Cultivos de coca crecieron 8 % en el Bajo Huallaga, según informe anual",
        "Police find clandestine airstrip near Ciudad Constitución",
        "Erradicación se suspende dos semanas en el VRAEM",
        "Detienen a piloto de narcoavioneta en Oxapampa",
    ),
    "political-stability": (
        "Cámara de Diputados debate moción de censura contra el ministro del Interior",
        "Senado rechaza la cuestión de confianza sobre la reforma de pensiones",
        "Premier anuncia cambios en tres carteras",
        "Cabinet survives confidence vote by four votes",
        "Aprobación presidencial cae a 21 % en el interior",
    ),
    "mining-minerals": (
        "Bloqueo detiene por quinto día el corredor minero del sur",
        "Aprueban ampliación de mina de cobre en Moquegua",
        "Copper output fell 4 % in October, ministry says",
        "Comunidad y empresa firman acuerdo tras ocho meses de diálogo",
        "Proyecto de litio en Puno presenta su estudio ambiental",
    ),
    "protest-unrest": (
        "Transportistas confirman paro de 48 horas en Lima y Callao",
        "Agricultores toman la carretera Panamericana en Ica",
        "Teachers march in Cusco over unpaid bonuses",
        "Defensoría registra 191 conflictos sociales en octubre",
        "Levantan bloqueo en Puno tras mesa de diálogo",
    ),
    "citizen-security": (
        "Atacan a balazos un bus de la línea 41 en San Juan de Lurigancho",
        "Prorrogan el estado de emergencia en Trujillo por 30 días",
        "Caen once presuntos extorsionadores de mototaxistas en Piura",
        "Shopkeepers in northern Lima pay weekly quotas, survey finds",
        "Congreso aprueba penas mayores por cobro de cupos",
    ),
    "china-russia": (
        "Puerto de Chancay recibe su primer buque ro-ro de gran calado",
        "Embajada china ofrece crédito para línea férrea a Pucallpa",
        "Lima weighs Russian offer for helicopter maintenance",
        "Empresa estatal china compra distribuidora eléctrica",
    ),
    "disasters": (
        "Sismo de magnitud 5,6 sacude Arequipa sin víctimas",
        "Huaico aísla a tres distritos de Huarochirí",
        "Officials warn of strong El Niño from January",
    ),
}
REGIONS = {
    "illegal-mining-logging": ("madre-de-dios",),
    "counter-narcotics": ("piura", "ucayali"),
    "mining-minerals": ("apurimac", "cusco"),
    "protest-unrest": ("lima", "puno"),
    "disasters": ("arequipa",),
}
USUAL = {  # stories per earlier week, where it differs from the number of headlines
    "illegal-mining-logging": 2,
    "citizen-security": 9,
    "public-health": 1,
}


def fill(world: World) -> World:
    """Everything the digest can show, in the week of 9 November 2026."""
    world.themes()
    _sources(world)
    _present(world, _past(world))
    _edits(world)
    _losses(world)
    return world


def _sources(world: World) -> None:
    for outlet, owner in OUTLETS.items():
        world.source(outlet, owner, lang="en" if outlet in ("andean-post", "pacific-wire") else "es")
    world.source("noticias-del-centro", enabled=True)
    world.source("portal-amazonico", enabled=True)
    healthy = [outlet for outlet in OUTLETS if outlet != "correo-de-la-selva"]
    world.collect(healthy, range(-8, 1), new=23)
    for week in range(-8, 1):
        status = "failed" if week == 0 else "ok"
        for weekday in (0, 3):
            at = lima(world.day(week, weekday), 0, 7)
            world.fetch(
                "correo-de-la-selva", at, status, 0 if week == 0 else 11, reason="timeout" if week == 0 else None
            )
            world.fetch("portal-amazonico", at, "ok", 4 if week < -3 else 0)
            world.fetch("noticias-del-centro", at, "failed", 0, reason="challenge", detail="a bot wall answered")
    world.run(lima(world.day(0, 5), 0, 7), failed_checks=("dates_in_future",))


def _past(world: World) -> int:
    """Returns the story that goes on this week."""
    outlets = list(OUTLETS)
    for week in range(-8, 0):
        for place, theme in enumerate(THEMES):
            count = USUAL.get(theme, len(HEADLINES.get(theme, ()))) + (week + place) % 2
            for number in range(count):
                at = lima(world.day(week, number % 6), 8 + number)
                world.article(outlets[(number + place) % len(outlets)], at, themes=[theme])
    opened = lima(world.day(-1, 4))
    first = world.article("el-minero", opened, "Comuneros cierran el corredor minero", themes=["mining-minerals"])
    world.article("voz-de-puno", opened, "Cierran el corredor minero del sur", themes=["mining-minerals"], story=first)
    quiet = world.article(
        "canal-nueve", opened, "Derrame de relaves en un río de Áncash: piden emergencia", themes=["disasters"]
    )
    world.article("diario-sur", opened + timedelta(hours=3), themes=["disasters"], story=quiet)
    world.article("ojo-norteno", opened + timedelta(hours=5), themes=["disasters"], story=quiet)
    return first


def _present(world: World, corridor: int) -> None:
    outlets = [outlet for outlet in OUTLETS if outlet != "correo-de-la-selva"]
    for place, (theme, headlines) in enumerate(HEADLINES.items()):
        extra = 9 if theme == "illegal-mining-logging" else 0
        for number, title in enumerate((*headlines, *[""] * extra)):
            at = lima(world.day(0, number % 6), 7 + number % 12)
            story = corridor if title.startswith("Bloqueo detiene") else None
            english = title[:6] in ("Navy b", "Police", "Cabine", "Copper", "Teache", "Shopke", "Lima w", "Offici")
            source = "andean-post" if english else outlets[(place + number) % len(outlets)]
            options = {"themes": [theme], "regions": REGIONS.get(theme, ())}
            lead = world.article(source, at, title, story=story, lang="en" if english else "es", **options)
            for other in range(max(0, 7 - 2 * number - place // 3)):
                outlet = outlets[(place + number + other + 1) % len(outlets)]
                world.article(outlet, at + timedelta(hours=1 + other), story=story or lead, linked_to=lead, **options)
    for number in range(7):
        world.article("canal-nueve", lima(world.day(0, number)), "Temblor hoy: dónde fue", bait=True)
    late = lima(world.day(-1, 6), 22)
    world.article(
        "pacific-wire",
        late,
        "Peru signs maritime patrol accord with Ecuador",
        themes=["counter-narcotics"],
        known_at=lima(world.day(0, 2)),
        lang="en",
    )


def _edits(world: World) -> None:
    at = lima(world.day(0, 1), 10)
    toll = world.article(
        "radio-cordillera",
        at,
        "Choque en la Carretera Central deja dos muertos",
        body="Un bus chocó.\nHay 2 muertos y 11 heridos.",
    )
    world.edited(
        toll,
        at + timedelta(hours=4),
        "Choque en la Carretera Central deja cinco muertos",
        "",
        "Un bus chocó.\nHay 5 muertos y 19 heridos.",
    )
    softer = world.article("el-faro-de-lima", at, "Ministro mintió sobre la compra de patrulleros")
    world.edited(softer, at + timedelta(hours=9), "Ministro se contradijo sobre la compra de patrulleros")
    same = world.article("diario-sur", at, "Un «titular» con  comillas")
    world.edited(same, at + timedelta(hours=1), 'Un "titular" con comillas')


def _losses(world: World) -> None:
    at = lima(MONDAY + timedelta(days=3), 0, 7)
    for reason, n in (("not_about_peru", 412), ("no_link", 3), ("too_old", 57)):
        world.insert(
            "rejection",
            run_id="x",
            source_id="pacific-wire",
            reason=reason,
            n=n,
            example_title="Storm closes ports in Chile",
            example_link="https://pacific-wire.example/storm",
            known_at=at,
        )
