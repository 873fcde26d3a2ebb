// French, Spanish, Italian, Portuguese, Romanian.
#include <array>

#include "demo/lexicon_texts.hpp"

namespace kontor::demo {
namespace {

constexpr std::array texts{
    LexiconText{
        "fr",
        "Réfrigérateur|Réfrigérateur combiné;Congélateur|Congélateur coffre;Climatiseur;Déshumidificateur;Radiateur bain d'huile;"
        "Téléviseur|Smart TV;Écran|Moniteur;Ordinateur portable|PC portable;Tablette;Cadre photo numérique;"
        "Ampoule LED|Lampe LED;Tube fluorescent;Lampe basse consommation;Lave-linge|Machine à laver;Sèche-linge;"
        "Lave-vaisselle;Four|Mini-four;Plaque de cuisson|Plaque à induction;Panneau solaire|Module photovoltaïque;Photocopieur|Copieur multifonction;"
        "Aspirateur|Aspirateur balai;Fer à repasser|Fer vapeur;Grille-pain;Bouilloire;Cafetière|Machine à expresso;"
        "Micro-ondes|Four à micro-ondes;Sèche-cheveux;Rasoir électrique;Brosse à dents électrique;Perceuse|Perceuse-visseuse;"
        "Radio|Poste de radio;Casque audio|Écouteurs;Appareil photo;Voiture télécommandée;Détecteur de fumée;"
        "Smartphone|Téléphone portable;Routeur|Routeur wifi;Imprimante|Imprimante laser;Clavier;Chargeur|Batterie externe",
        "blanc|noir|compact|silencieux|sans fil|économe en énergie|inox|portatif|numérique|neuf",
        "avec minuterie|classe énergétique A|câble fourni|garantie 2 ans|pour la maison et le bureau|facile à nettoyer|arrêt automatique|avec afficheur",
        "Équipements d'échange thermique;Écrans, moniteurs et équipements avec écran de plus de 100 cm²;Lampes;Gros équipements;Petits équipements;"
        "Petits équipements informatiques et de télécommunications",
        "pour",
    },
    LexiconText{
        "es",
        "Frigorífico|Nevera combi;Congelador|Arcón congelador;Aire acondicionado;Deshumidificador;Radiador de aceite;"
        "Televisor|Smart TV;Monitor|Pantalla;Portátil|Ordenador portátil;Tableta;Marco de fotos digital;"
        "Bombilla LED|Lámpara LED;Tubo fluorescente;Bombilla de bajo consumo;Lavadora;Secadora;"
        "Lavavajillas;Horno|Mini horno;Placa de cocina|Placa de inducción;Panel solar|Módulo fotovoltaico;Fotocopiadora|Copiadora multifunción;"
        "Aspiradora|Aspirador escoba;Plancha|Plancha de vapor;Tostadora;Hervidor de agua;Cafetera|Cafetera exprés;"
        "Microondas|Horno microondas;Secador de pelo;Afeitadora;Cepillo de dientes eléctrico;Taladro|Taladro atornillador;"
        "Radio|Radio de cocina;Auriculares|Cascos;Cámara|Cámara digital;Coche teledirigido;Detector de humo;"
        "Móvil|Teléfono móvil;Router|Router wifi;Impresora|Impresora láser;Teclado;Cargador|Batería externa",
        "blanco|negro|compacto|silencioso|inalámbrico|de bajo consumo|acero inoxidable|portátil|digital|nuevo",
        "con temporizador|clase energética A|cable incluido|2 años de garantía|para casa y oficina|fácil de limpiar|apagado automático|con pantalla",
        "Aparatos de intercambio de temperatura;Monitores, pantallas y aparatos con pantallas de más de 100 cm²;Lámparas;Grandes aparatos;Pequeños aparatos;"
        "Aparatos de informática y telecomunicaciones pequeños",
        "para",
    },
    LexiconText{
        "it",
        "Frigorifero|Frigo combinato;Congelatore|Freezer a pozzetto;Climatizzatore|Condizionatore;Deumidificatore;Radiatore a olio|Termosifone elettrico;"
        "Televisore|Smart TV;Monitor|Schermo;Portatile|Notebook;Tablet;Cornice digitale;"
        "Lampadina LED|Lampada LED;Tubo fluorescente|Neon;Lampada a risparmio energetico;Lavatrice;Asciugatrice;"
        "Lavastoviglie;Forno|Fornetto elettrico;Piano cottura|Piano a induzione;Pannello solare|Modulo fotovoltaico;Fotocopiatrice|Copiatrice multifunzione;"
        "Aspirapolvere|Scopa elettrica;Ferro da stiro|Ferro a vapore;Tostapane;Bollitore;Macchina da caffè|Macchina espresso;"
        "Microonde|Forno a microonde;Asciugacapelli|Phon;Rasoio elettrico;Spazzolino elettrico;Trapano|Trapano avvitatore;"
        "Radio|Radio da cucina;Cuffie|Auricolari;Fotocamera|Macchina fotografica;Macchinina telecomandata;Rilevatore di fumo;"
        "Smartphone|Cellulare;Router|Router wifi;Stampante|Stampante laser;Tastiera;Caricabatterie|Power bank",
        "bianco|nero|compatto|silenzioso|senza fili|a basso consumo|acciaio inox|portatile|digitale|nuovo",
        "con timer|classe energetica A|cavo incluso|garanzia 2 anni|per casa e ufficio|facile da pulire|spegnimento automatico|con display",
        "Apparecchiature per lo scambio di temperatura;Schermi, monitor e apparecchiature con schermi oltre 100 cm²;Lampade;"
        "Apparecchiature di grandi dimensioni;Apparecchiature di piccole dimensioni;Piccole apparecchiature informatiche e per telecomunicazioni",
        "per",
    },
    LexiconText{
        "pt",
        "Frigorífico|Geladeira;Congelador|Arca frigorífica;Ar condicionado;Desumidificador;Radiador a óleo|Aquecedor a óleo;"
        "Televisor|Smart TV;Monitor|Ecrã;Portátil|Notebook;Tablet;Moldura digital;"
        "Lâmpada LED;Lâmpada fluorescente tubular;Lâmpada economizadora;Máquina de lavar roupa|Lavadora;Máquina de secar roupa|Secadora;"
        "Máquina de lavar louça|Lava-louças;Forno|Mini forno;Placa de cozinha|Cooktop de indução;Painel solar|Módulo fotovoltaico;Fotocopiadora|Copiadora multifunções;"
        "Aspirador|Aspirador vertical;Ferro de engomar|Ferro a vapor;Torradeira;Chaleira elétrica;Máquina de café|Cafeteira;"
        "Micro-ondas|Forno micro-ondas;Secador de cabelo;Máquina de barbear|Barbeador;Escova de dentes elétrica;Berbequim|Furadeira;"
        "Rádio|Rádio portátil;Auscultadores|Fone de ouvido;Câmara digital|Câmera;Carro telecomandado;Detetor de fumo|Detector de fumaça;"
        "Telemóvel|Celular;Router|Roteador wifi;Impressora|Impressora laser;Teclado;Carregador|Bateria externa",
        "branco|preto|compacto|silencioso|sem fios|económico|aço inox|portátil|digital|novo",
        "com temporizador|classe energética A|cabo incluído|2 anos de garantia|para casa e escritório|fácil de limpar|desliga sozinho|com visor",
        "Equipamentos de regulação da temperatura;Ecrãs, monitores e equipamentos com ecrãs de mais de 100 cm²;Lâmpadas;"
        "Equipamentos de grandes dimensões;Equipamentos de pequenas dimensões;Pequenos equipamentos informáticos e de telecomunicações",
        "para",
    },
    LexiconText{
        "ro",
        "Frigider|Combină frigorifică;Congelator|Ladă frigorifică;Aparat de aer condiționat;Dezumidificator;Calorifer cu ulei|Radiator electric;"
        "Televizor|Smart TV;Monitor|Ecran;Laptop|Notebook;Tabletă;Ramă foto digitală;"
        "Bec LED|Lampă LED;Tub fluorescent|Neon;Bec economic;Mașină de spălat rufe;Uscător de rufe;"
        "Mașină de spălat vase;Cuptor|Cuptor electric mic;Plită|Plită cu inducție;Panou solar|Modul fotovoltaic;Copiator|Copiator multifuncțional;"
        "Aspirator|Aspirator vertical;Fier de călcat|Stație de călcat;Prăjitor de pâine;Fierbător de apă;Cafetieră|Espressor;"
        "Cuptor cu microunde|Microunde;Uscător de păr|Feon;Aparat de ras;Periuță de dinți electrică;Mașină de găurit|Bormașină;"
        "Radio|Aparat de radio;Căști|Căști audio;Cameră foto|Aparat foto;Mașinuță cu telecomandă;Detector de fum;"
        "Telefon mobil|Smartphone;Router|Router wifi;Imprimantă|Imprimantă laser;Tastatură;Încărcător|Baterie externă",
        "alb|negru|compact|silențios|fără fir|economic|inox|portabil|digital|nou",
        "cu temporizator|clasă energetică A|cablu inclus|garanție 2 ani|pentru casă și birou|ușor de curățat|oprire automată|cu afișaj",
        "Echipamente de transfer termic;Ecrane, monitoare și echipamente cu ecrane de peste 100 cm²;Lămpi;Echipamente de mari dimensiuni;"
        "Echipamente de mici dimensiuni;Echipamente informatice și de telecomunicații de dimensiuni mici",
        "pentru",
    },
};

}  // namespace

std::span<const LexiconText> romance_texts() { return texts; }

}  // namespace kontor::demo
