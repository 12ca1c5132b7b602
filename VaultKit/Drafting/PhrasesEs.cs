using System.Collections.Frozen;
using static VaultKit.Drafting.Phrases;

namespace VaultKit.Drafting;

/// <summary>Spanish.</summary>
static class PhrasesEs
{
    public static Phrases All { get; } = new()
    {
        Language = Drafting.Language.Spanish,
        Requests = List("podria, podrian, podrias, puede, pueden, puedes, por favor, me gustaria, nos gustaria, quisiera, quisieramos, quiero, queremos, necesito, necesitamos, necesitaria, "
            + "agradeceria, agradeceriamos, le agradezco, busco, buscamos, envieme, envienos, enviame, digame, dime, seria posible, me interesa, nos interesa, estoy interesado, estoy interesada, "
            + "estamos interesados, llameme, llamame, le ruego, les ruego, rogamos, solicito, solicitamos, querria, querriamos, haganos, avisenos, deseo, deseamos, me preguntaba, estoy esperando, estamos esperando"),
        Courtesies = List("pongase en contacto, ponte en contacto, contacte con, contacta con, dirijase, dirigete, en caso de urgencia, alguna duda, alguna pregunta, tiene dudas, tienes dudas, necesita ayuda, necesitas ayuda, que mas se puede pedir, que mas puede pedir, quien lo diria, quien lo iba a decir, como esta usted, como estas, como esta, no dude en, no dude, no duden, no dudes, que tal, adjunto encontrara, le deseo, por favor no responda, disculpe las molestias, "
            + "espero que este bien, espero que estes bien, por favor tenga en cuenta, disculpen"),
        Hellos = List("hola, buenos dias, buenas tardes, buenas noches, buenas, buen dia, estimado|estimada|estimados|estimadas, querido|querida|queridos, apreciado|apreciada, senores"),
        Closers = List("saludos, un saludo, saludos cordiales, un cordial saludo, cordialmente, atentamente, gracias, muchas gracias, un abrazo, abrazos, reciba un, gracias de antemano, "
            + "gracias por adelantado, muy atentamente, quedo a la espera, quedamos a la espera, besos, hasta pronto"),
        Topics =
        [
            (Topic.Callback, List("llamarme, llamarnos, llameme, llamame, llamada, devolver la llamada, me llame, me llamen, me llames, nos llamen, por telefono, telefonicamente")),
            (Topic.Complaint, List("danado~, danada~, roto|rota|rotos|rotas, defectuoso|defectuosa|defectuosos|defectuosas, queja, reclamacion, decepcionado|decepcionada|decepcionados, inaceptable, "
                + "no funciona, no funcionan, equivocado|equivocada, falta|faltan, reembolso, devolucion, rayado|rayada, estropeado|estropeada, mal estado, aranazos")),
            (Topic.Invoice, List("factura, facturas, pago, pagado, pagar, transferencia, recibo, iva, vencimiento, abono, cobro, facturacion, cobrado")),
            (Topic.Price, List("precio, precios, presupuesto, presupuestos, cuanto cuesta, cuanto cuestan, cuanto costaria, cuanto vale, cuesta, cuestan, costaria, coste, costo, tarifa, tarifas, "
                + "descuento, oferta, cotizacion, cobran")),
            (Topic.Document, List("ficha tecnica, folleto, catalogo, catalogos, certificado, certificados, contrato, formulario, copia, pdf, documento, documentos, documentacion, plano, planos, foto, fotos, "
                + "manual, muestra, muestras, condiciones generales, instrucciones, albaran, presentacion")),
            (Topic.Hours, List("horario, horarios, abierto|abiertos|abierta, cerrado|cerrados, que hora abren, que hora cierran, abren, cierran")),
            (Topic.Place, List("su direccion, vuestra direccion, tu direccion, donde estan, donde estais, donde se encuentra, donde se encuentran, aparcamiento, aparcar, como llegar, ubicados, parking")),
            (Topic.Delivery, List("entrega, entregar, entregan, entregaran, envio, envios, envian, enviado, enviaran, llegara, llega, llegaran, plazo, plazos, paquete, seguimiento, mi pedido, nuestro pedido, estado de, listo|lista, "
                + "cuanto tarda, cuanto tardan, cuanto tiempo, recoger, recibire, recibiremos")),
            (Topic.Appointment, List("cita, reunion, visita, visitar, reunirnos, reservar, reserva, mesa para, quedar, aplazar, cambiar la, pasar por, le viene bien, te viene bien, le va bien, "
                + "vernos, hueco, le conviene, disponible para")),
            (Topic.Availability, List("disponible, disponibles, disponibilidad, en stock, existencias, habitacion libre, libre, libres, queda, quedan, plazas")),
            (Topic.Order, List("pedir, pedido, encargar, comprar, hacer un pedido")),
        ],
        Frames =
        [
            new("cuanto cuesta *", Topic.Price, "[Ha preguntado|Has preguntado] cuánto cuesta {x}: {{precio}}."),
            new("cuanto cuestan *", Topic.Price, "[Ha preguntado|Has preguntado] cuánto cuestan {x}: {{precio}}."),
            new("cuanto costaria *", Topic.Price, "[Ha preguntado|Has preguntado] cuánto costaría {x}: {{precio}}."),
            new("cuanto costarian *", Topic.Price, "[Ha preguntado|Has preguntado] cuánto costarían {x}: {{precio}}."),
            new("cuanto vale *", Topic.Price, "[Ha preguntado|Has preguntado] cuánto vale {x}: {{precio}}."),
            new("presupuesto|oferta|cotizacion para|por|de *", Topic.Price, "Para {x} [le|te] ofrecemos lo siguiente: {{precio y condiciones}}."),
            new("descuento en|para|por *", Topic.Price, "Sobre un descuento para {x}: {{sí o no, y cuánto}}."),
            new("precio|precios|tarifa|tarifas|coste para *", Topic.Price, "El precio para {x}: {{precio}}."),
            new("precio|precios|tarifa|tarifas|coste de *", Topic.Price, "El precio de {x}: {{precio}}."),
            new("precio|precios|tarifa|tarifas|coste del *", Topic.Price, "El precio del {x}: {{precio}}."),
            new("cuando llegara|llega *", Topic.Delivery, "[Ha preguntado|Has preguntado] cuándo llegará {x}: {{fecha}}."),
            new("cuando llegaran|llegan *", Topic.Delivery, "[Ha preguntado|Has preguntado] cuándo llegarán {x}: {{fecha}}."),
            new("cuando estara listo|lista *", Topic.Delivery, "[Ha preguntado|Has preguntado] cuándo [puede|puedes] contar con {x}: {{fecha}}."),
            new("cuando recibire|recibiremos *", Topic.Delivery, "[Ha preguntado|Has preguntado] cuándo llegará {x}: {{fecha}}."),
            new("plazo|plazos de entrega para *", Topic.Delivery, "El plazo de entrega para {x}: {{plazo}}."),
            new("plazo|plazos de entrega de *", Topic.Delivery, "El plazo de entrega de {x}: {{plazo}}."),
            new("plazo|plazos de entrega del *", Topic.Delivery, "El plazo de entrega del {x}: {{plazo}}."),
            new("estado de *", Topic.Delivery, "El estado de {x}: {{situación y fecha}}."),
            new("hacen envios a *", Topic.Delivery, "[Ha preguntado|Has preguntado] si hacemos envíos a {x}: {{sí o no}}."),
            new("factura #", Topic.Invoice, "Sobre la factura {x}: {{respuesta}}."),
            new("factura n|no|num|numero #", Topic.Invoice, "Sobre la factura {x}: {{respuesta}}."),
            new("factura de *", Topic.Invoice, "Sobre la factura de {x}: {{respuesta, o factura adjunta}}."),
            new("factura del *", Topic.Invoice, "Sobre la factura del {x}: {{respuesta, o factura adjunta}}."),
            new("enviarme|enviarnos|mandarme|mandarnos|remitirme|facilitarme|facilitarnos *", Topic.Document, "[Le|Te] enviamos con este correo {x}: {{adjuntar, o decir cuándo llegará}}."),
            new("envieme|envienos|enviame|mandame *", Topic.Document, "[Le|Te] enviamos con este correo {x}: {{adjuntar, o decir cuándo llegará}}."),
            new("me|nos enviara|enviaran|envie|envien|envies|mande|manden *", Topic.Document, "[Le|Te] enviamos con este correo {x}: {{adjuntar, o decir cuándo llegará}}."),
            new("necesito|necesitamos|recibir *", Topic.Document, "[Le|Te] enviamos con este correo {x}: {{adjuntar, o decir cuándo llegará}}."),
            new("tienen|tiene|tienes|teneis * en stock", Topic.Availability, "[Ha preguntado|Has preguntado] si tenemos {x} en stock: {{sí o no}}."),
            new("tienen|tiene|tienes|teneis * disponible", Topic.Availability, "[Ha preguntado|Has preguntado] si tenemos {x} disponible: {{sí o no}}."),
            new("tienen|tiene|tienes|teneis * disponibles|libres", Topic.Availability, "[Ha preguntado|Has preguntado] si tenemos {x} disponibles: {{sí o no}}."),
            new("tienen|tiene|tienes|teneis *", Topic.Availability, "[Ha preguntado|Has preguntado] si tenemos {x}: {{sí o no}}."),
            new("esta disponible *", Topic.Availability, "[Ha preguntado|Has preguntado] si está disponible {x}: {{sí o no}}."),
            new("estan disponibles *", Topic.Availability, "[Ha preguntado|Has preguntado] si están disponibles {x}: {{sí o no}}."),
            new("quedan|queda *", Topic.Availability, "[Ha preguntado|Has preguntado] si quedan {x}: {{sí o no}}."),
            new("cita|reunion para *", Topic.Appointment, "Para {x} proponemos: {{fecha y hora}}."),
            new("reservar *", Topic.Appointment, "[Su|Tu] reserva, {x}: {{confirmada / no es posible}}."),
            new("llamarme|llamarnos sobre|por *", Topic.Callback, "[Le|Te] llamaremos sobre {x}: {{día y hora}}."),
            new("pedir|encargar|comprar *", Topic.Order, "[Su|Tu] pedido, {x}: {{confirmación, precio y fecha de entrega}}."),
            new("hacer un pedido de *", Topic.Order, "[Su|Tu] pedido de {x}: {{confirmación, precio y fecha de entrega}}."),
        ],
        Quoted = new Dictionary<Topic, string>
        {
            [Topic.General] = "[Ha preguntado|Has preguntado]: «{q}» {{respuesta}}",
            [Topic.Price] = "[Ha preguntado|Has preguntado]: «{q}» El precio es {{precio}}.",
            [Topic.Appointment] = "Sobre la cita («{q}»): {{fecha y hora}}.",
            [Topic.Delivery] = "Sobre la entrega («{q}»): {{fecha de entrega}}.",
            [Topic.Invoice] = "Sobre la factura («{q}»): {{respuesta}}.",
            [Topic.Document] = "[Ha escrito|Has escrito]: «{q}» {{adjuntar, o decir cuándo llegará}}",
            [Topic.Availability] = "[Ha preguntado|Has preguntado]: «{q}» {{disponible: sí o no}}",
            [Topic.Callback] = "Sobre la llamada («{q}»): [le|te] llamaremos {{día y hora}}.",
            [Topic.Complaint] = "[Ha escrito|Has escrito]: «{q}» Lo sentimos. {{qué vamos a hacer}}",
            [Topic.Hours] = "[Ha preguntado|Has preguntado] por nuestro horario («{q}»): {{horario}}.",
            [Topic.Place] = "[Ha preguntado|Has preguntado] cómo llegar («{q}»): {{dirección o indicaciones}}.",
            [Topic.Order] = "Sobre [su|tu] pedido («{q}»): {{confirmación, precio y fecha de entrega}}.",
        }.ToFrozenDictionary(),
        Said = "[Ha escrito|Has escrito]: «{q}» {{respuesta}}",
        Proposed = "[Su|Tu] propuesta, {x}: {{sí, nos viene bien / otra fecha}}.",
        HoursAre = "[Ha preguntado|Has preguntado] por nuestro horario: {h}",
        PlaceIs = "[Ha preguntado|Has preguntado] cómo llegar: {h}",
        Thanks = new Dictionary<Topic, string>
        {
            [Topic.General] = "gracias por [su|tu] mensaje{d}.",
            [Topic.Price] = "gracias por [su|tu] consulta{d}.",
            [Topic.Appointment] = "gracias por [su|tu] mensaje{d} sobre la cita.",
            [Topic.Delivery] = "gracias por [su|tu] mensaje{d} sobre la entrega.",
            [Topic.Invoice] = "gracias por [su|tu] mensaje{d} sobre la factura.",
            [Topic.Availability] = "gracias por [su|tu] consulta{d}.",
            [Topic.Complaint] = "gracias por avisarnos.",
            [Topic.Order] = "gracias por [su|tu] pedido{d}.",
        }.ToFrozenDictionary(),
        OfDate = " del {d}",
        FormalHello = "Buenos días, {n}:",
        FormalHelloNoName = "Buenos días:",
        FamiliarHello = "Hola, {n}:",
        FamiliarHelloNoName = "Hola:",
        Further = "Si queda algo pendiente, basta con responder a este correo. Contestamos {r}.",
        FurtherOther = "Si queda algo pendiente, basta con responder a este correo (nuestro plazo de respuesta habitual: {r}).",
        FurtherPlain = "Si queda algo pendiente, basta con responder a este correo.",
        TimeOpeners = List("en, dentro, antes, el mismo, a mas tardar, como maximo, siempre, normalmente, al dia"),
        FormalClosing = "Un cordial saludo",
        FamiliarClosing = "Un saludo",
        More = "{{quedan {n} preguntas más en el mensaje}}",
        Months = Split("enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, octubre, noviembre, diciembre"),
        DateForm = "{d} de {m} de {y}",
        WroteOn = "El {d}, {n} escribió:",
        Wrote = "{n} escribió:",
        Sender = "el remitente",
        CutLines = ("[… una línea más]", "[… {n} líneas más]"),
        Turned = new Dictionary<string, string>
        {
            ["mi"] = "[su|tu]", ["mis"] = "[sus|tus]", ["nuestro"] = "[su|vuestro]", ["nuestra"] = "[su|vuestra]", ["nuestros"] = "[sus|vuestros]", ["nuestras"] = "[sus|vuestras]",
            ["vuestro"] = "nuestro", ["vuestra"] = "nuestra", ["vuestros"] = "nuestros", ["vuestras"] = "nuestras",
        }.ToFrozenDictionary(),
        Persons = Set("yo me nos usted ustedes tu tus te su sus le les lo ella nosotros esto eso ello este esta"),
        Ends = Set("antes por favor gracias si cuando porque como donde pero hasta"),
        Joiners = Set("y o"),
        Days = Set("lunes martes miercoles jueves viernes sabado domingo manana enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
        DayParts = Set("el la a las los de del por proximo proxima que viene tarde noche mediodia entre y o h horas semana partir este"),
        Familiar = Set("tu tus te ti contigo puedes podrias tienes quieres enviame mandame dime llamame sabes crees vuestro vuestra teneis podeis"),
        Formal = Set("usted ustedes podria podrian puede pueden su sus le les estimado estimada estimados digame envieme"),
        Empty = Set("el la los las de del un una y es son me mi su sus para por con que quien cual cuando cuanto como donde no si hola gracias podria puede puedes en al se lo le esta te "
            + "tu ayudar ayuda decir saber piensa piensas opina opinas idea algo mas ok bien favor nos responder respuesta avisar necesito quiero quisiera a o ya cree parece duda dudas posible seria pronto"),
    };
}
