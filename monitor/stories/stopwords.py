"""Words that say nothing about an event: grammar, and the verbs and nouns every news text uses. Folded, no accents."""

from __future__ import annotations

_ES = """
a acerca aclaro actualidad actualmente advierte advirtio afirma afirmo agrego ahi ahora al algo alguien algun alguna
algunas alguno algunos alla alli ambos ano anos ante anterior antes anuncia anuncio apenas aquel aquella aquellas
aquello aquellos aqui asegura aseguro asevera asi aun aunque ayer bajo bastante bien buen buena bueno cabe cada
canal canales casi caso causa cerca cierta cierto comento como con conoce conocer conocido consulta contra cosa
cosas cual cuales cualquier cuando cuanto cuatro cuenta da dar de debe deben decir declaro del demas dentro descubra
descubre desde despues detalle detalles detallo dia dias dice dicen dicho diez dijeron dijo diversas diversos
domingo donde dos durante e el ella ellas ello ellos embargo en encuentra entera enterate entonces entre era eran es
esa esas ese eso esos esta estaba estado estan estar estas este esto estos evita explico expreso fin foto fotos fue
fueron galeria gran grande gratis ha haber habia habian hace hacen hacer hacia han hasta hay haya hecho hizo hora
horario horarios horas hoy igual imagenes incidencias incluso indico informacion informo jueves junto la las lbp
lbposting le les link llega llego lleva lo los luego lugar lunes manana manera manifesto manifiesta martes mas mayor
me mediante mejor menciono menos mes meses mi mientras miercoles minuto minutos mira misma mismas mismo mismos
momento mucha muchas mucho muchos muy nada ni ningun ninguna no nos nosotros nota noticia noticias nuestra nuestro
nueva nuevas nuevo nuevos nunca o ocho ocurrio online otra otras otro otros para parte partir pasa pasado paso pero
personas poco podra podria por porque posible precisa preciso presenta presento previa primer primera primero pronto
propia propio pudo puede pueden pues que queda quedo quien quienes realizara realizo recordo recuerda repasa resumen
revisa revise sabado se sea sean segun segunda segundo seis semana semanas senalo ser sera seran seria si sido
siempre siendo siete sigue siguiente sin sino sobre son sostuvo su sus tal tambien tan tanto te tendra tener tenia
tenido tercera tercero tiene tienen toda todas todavia todo todos transmision transmitio tras traves tres tu tuvo tv
u ubica ultima ultimas ultimo ultimos un una unas uno unos usa usted va vamos van varias varios veces ver vez via
video viernes vivo y ya yo
"""
_EN = """
a about above according across added after again against ago all almost along already also although always am among
an and another any anyone anything are around as asked at away back be became because become been before began being
below between both but by called came can cannot click come could day days did do does doing don done down during
each early either else enough even ever every few first five following for former found four friday from full
further gallery gave get gets getting give given go goes going good got great had has have having he her here hers
herself him himself his hour hours how however i if in including into is it its itself just keep know known last
late later latest least less let like likely little live ll long made make makes making many may me might million
monday month months more most mr mrs ms much must my near need never new news next no nor not noted nothing now of
off often old on once one only onto or other others our out over own part people per photo photos put rather re read
really recent recently reported reportedly s said same saturday saw say saying says second see seen several shall
she should show since six so some something still story such sunday t take taken tell ten than that the their them
then there these they thing things think third this those though three through thursday time times to today together
told tomorrow too took toward tuesday two under until up update updates upon us use used using ve very via want
wanted was watch way we wednesday week weeks well went were what when where whether which while who whom whose why
will with within without would year years yesterday yet you your
"""
STOP_WORDS: dict[str, frozenset[str]] = {"es": frozenset(_ES.split()), "en": frozenset(_EN.split())}
"""By language code."""
