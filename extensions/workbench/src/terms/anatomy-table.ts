/**
 * @file Anatomical structures, written by scripts/make-terms.py from its selection: do not edit.
 * category | code value | scheme | meaning | German | p: has a left and a right | synonyms | red green blue
 */
export const ANATOMY = `
AnatomicalStructure | 12738006 | SCT | Brain | Gehirn |  |  | 250 236 200
AnatomicalStructure | 21483005 | SCT | Central nervous system | Zentrales Nervensystem |  | CNS, ZNS | 226 196 131
AnatomicalStructure | 11628009 | SCT | Telencephalon | Großhirn | p | cerebrum | 207 157 48
AnatomicalStructure | 40146001 | SCT | Cerebral cortex | Großhirnrinde | p | cortex, cerebral grey matter | 220 186 106
AnatomicalStructure | 68523003 | SCT | Cerebral White Matter | Weiße Substanz des Großhirns | p |  | 232 209 156
AnatomicalStructure | 389081007 | SCT | Gray Matter | Graue Substanz |  | grey matter, GM | 210 169 65
AnatomicalStructure | 389080008 | SCT | White Matter | Weiße Substanz |  | WM | 214 178 81
AnatomicalStructure | 83251001 | SCT | Frontal lobe | Frontallappen | p |  | 226 201 131
AnatomicalStructure | 16630005 | SCT | Parietal lobe | Parietallappen | p |  | 207 166 48
AnatomicalStructure | 78277001 | SCT | Temporal lobe | Temporallappen | p |  | 220 192 106
AnatomicalStructure | 31065004 | SCT | Occipital lobe | Okzipitallappen | p |  | 232 213 156
AnatomicalStructure | 279215006 | SCT | Limbic lobe | Limbischer Lappen | p |  | 210 177 65
AnatomicalStructure | 36169008 | SCT | Insula | Insel | p |  | 214 185 81
AnatomicalStructure | 37035000 | SCT | Cingulum | Cingulum | p |  | 226 206 131
AnatomicalStructure | 3937002 | SCT | Entorhinal Cortex | Entorhinaler Kortex | p |  | 207 174 48
AnatomicalStructure | 88442005 | SCT | Corpus callosum | Balken |  |  | 220 198 106
AnatomicalStructure | 31428008 | SCT | Corpus striatum | Striatum | p |  | 232 218 156
AnatomicalStructure | 11000004 | SCT | Caudate nucleus | Nucleus caudatus | p | caudate | 210 184 65
AnatomicalStructure | 89278009 | SCT | Putamen | Putamen | p |  | 214 192 81
AnatomicalStructure | 14738005 | SCT | Globus pallidus | Globus pallidus | p | pallidum | 226 211 131
AnatomicalStructure | 427667007 | SCT | Nucleus accumbens | Nucleus accumbens | p |  | 207 183 48
AnatomicalStructure | 42695009 | SCT | Thalamus | Thalamus | p |  | 220 204 106
AnatomicalStructure | 5366008 | SCT | Hippocampus | Hippocampus | p |  | 232 222 156
AnatomicalStructure | 4958002 | SCT | Amygdala | Amygdala | p | Mandelkern | 210 192 65
AnatomicalStructure | 87463005 | SCT | Cerebral fornix | Fornix | p |  | 214 199 81
AnatomicalStructure | 87563008 | SCT | Diencephalon | Zwischenhirn |  |  | 226 216 131
AnatomicalStructure | 110700 | DCM | Ventral Diencephalon | Ventrales Zwischenhirn | p |  | 207 191 48
AnatomicalStructure | 70007007 | SCT | Substantia nigra | Substantia nigra | p |  | 220 210 106
AnatomicalStructure | 61962009 | SCT | Midbrain | Mittelhirn |  |  | 232 226 156
AnatomicalStructure | 119238007 | SCT | Brain stem | Hirnstamm |  |  | 210 200 65
AnatomicalStructure | 113305005 | SCT | Cerebellum | Kleinhirn | p |  | 214 206 81
AnatomicalStructure | 25991003 | SCT | Cerebellar Cortex | Kleinhirnrinde | p |  | 226 221 131
AnatomicalStructure | 33060004 | SCT | Cerebellar white matter | Weiße Substanz des Kleinhirns | p |  | 207 199 48
AnatomicalStructure | 11089000 | SCT | Superior cerebellar peduncle | Oberer Kleinhirnstiel | p |  | 220 216 106
AnatomicalStructure | 33723005 | SCT | Middle cerebellar peduncle | Mittlerer Kleinhirnstiel | p |  | 232 230 156
AnatomicalStructure | 67701001 | SCT | Inferior cerebellar peduncle | Unterer Kleinhirnstiel | p |  | 210 208 65
AnatomicalStructure | 276650 | FMA | Arcuate Fasciculus | Fasciculus arcuatus | p |  | 214 213 81
AnatomicalStructure | 26230003 | SCT | Uncinate fasciculus | Fasciculus uncinatus | p |  | 226 226 131
AnatomicalStructure | 89202009 | SCT | Superior longitudinal fasciculus | Fasciculus longitudinalis superior | p |  | 205 207 48
AnatomicalStructure | 55233005 | SCT | Inferior longitudinal fasciculus | Fasciculus longitudinalis inferior | p |  | 218 220 106
AnatomicalStructure | 461002 | SCT | Lateral corticospinal tract | Tractus corticospinalis lateralis | p |  | 230 232 156
AnatomicalStructure | 30114003 | SCT | Medial Lemniscus | Lemniscus medialis | p |  | 206 210 65
AnatomicalStructure | 70105001 | SCT | Optic radiation | Sehstrahlung | p |  | 209 214 81
AnatomicalStructure | 53238003 | SCT | Optic tract | Tractus opticus | p |  | 221 226 131
AnatomicalStructure | 244453006 | SCT | Optic chiasm | Chiasma opticum |  |  | 197 207 48
AnatomicalStructure | 18234004 | SCT | optic nerve | Sehnerv | p |  | 212 220 106
AnatomicalStructure | 56329008 | SCT | Pituitary | Hypophyse |  | hypophysis | 226 232 156
AnatomicalStructure | 45793000 | SCT | Pineal Gland | Zirbeldrüse |  | epiphysis | 198 210 65
AnatomicalStructure | 2748008 | SCT | Spinal cord | Rückenmark |  |  | 202 214 81
AnatomicalStructure | 35764002 | SCT | Brain ventricle | Hirnventrikel |  | ventricle | 81 198 214
AnatomicalStructure | 66720007 | SCT | Lateral ventricle | Seitenventrikel | p |  | 131 211 226
AnatomicalStructure | 53118009 | SCT | Inferior Horn of Lateral Ventricle | Unterhorn des Seitenventrikels | p |  | 48 175 207
AnatomicalStructure | 49841001 | SCT | Third ventricle | Dritter Ventrikel |  |  | 106 193 220
AnatomicalStructure | 35918002 | SCT | Fourth ventricle | Vierter Ventrikel |  |  | 156 211 232
AnatomicalStructure | 80447000 | SCT | Cerebral aqueduct | Aquädukt |  |  | 65 165 210
AnatomicalStructure | 35951006 | SCT | Subarachnoid space | Subarachnoidalraum |  |  | 81 167 214
AnatomicalStructure | 65216001 | SCT | Cerebrospinal Fluid | Liquor |  | CSF | 130 190 226
AnatomicalStructure | 1231004 | SCT | Meninges | Hirnhäute |  |  | 48 138 207
AnatomicalStructure | 18545000 | SCT | Dura mater | Dura mater |  |  | 106 167 220
AnatomicalStructure | 75042008 | SCT | Arachnoid | Arachnoidea |  |  | 156 193 232
AnatomicalStructure | 23180006 | SCT | Pia mater | Pia mater |  |  | 65 131 210
AnatomicalStructure | 69536005 | SCT | Head | Kopf |  |  | 214 118 81
AnatomicalStructure | 89545001 | SCT | Face | Gesicht |  |  | 226 158 131
AnatomicalStructure | 45048000 | SCT | Neck | Hals |  |  | 207 96 48
AnatomicalStructure | 774007 | SCT | Head and Neck | Kopf und Hals |  |  | 220 142 106
AnatomicalStructure | 81745001 | SCT | Eye | Auge | p |  | 232 181 156
AnatomicalStructure | 79652003 | SCT | Eyeball | Augapfel | p |  | 210 115 65
AnatomicalStructure | 78076003 | SCT | Lens | Augenlinse | p |  | 214 129 81
AnatomicalStructure | 28726007 | SCT | Cornea | Hornhaut | p |  | 226 166 131
AnatomicalStructure | 5665001 | SCT | Retina | Netzhaut | p |  | 207 110 48
AnatomicalStructure | 363654007 | SCT | Orbit | Augenhöhle | p | orbita | 220 152 106
AnatomicalStructure | 13561001 | SCT | Lacrimal gland | Tränendrüse | p |  | 232 187 156
AnatomicalStructure | 117590005 | SCT | Ear | Ohr | p |  | 210 127 65
AnatomicalStructure | 22945000 | SCT | Inner ear | Innenohr | p |  | 214 140 81
AnatomicalStructure | 25342003 | SCT | Middle ear | Mittelohr | p |  | 226 174 131
AnatomicalStructure | 361078006 | SCT | Internal Auditory Canal | Innerer Gehörgang | p |  | 207 123 48
AnatomicalStructure | 45206002 | SCT | Nose | Nase |  |  | 220 162 106
AnatomicalStructure | 2095001 | SCT | Paranasal sinus | Nasennebenhöhle | p | sinus | 232 194 156
AnatomicalStructure | 15924003 | SCT | maxillary sinus | Kieferhöhle | p |  | 210 140 65
AnatomicalStructure | 55060009 | SCT | Frontal sinus | Stirnhöhle | p |  | 214 152 81
AnatomicalStructure | 123851003 | SCT | Mouth | Mund |  | oral cavity | 226 183 131
AnatomicalStructure | 21974007 | SCT | tongue | Zunge |  |  | 207 136 48
AnatomicalStructure | 48477009 | SCT | lip | Lippe |  |  | 220 171 106
AnatomicalStructure | 49460000 | SCT | Soft palate | Weicher Gaumen |  |  | 232 200 156
AnatomicalStructure | 38199008 | SCT | Tooth | Zahn |  |  | 210 152 65
AnatomicalStructure | 45289007 | SCT | Parotid gland | Ohrspeicheldrüse | p | parotis | 214 163 81
AnatomicalStructure | 54019009 | SCT | Submandibular gland | Unterkieferspeicheldrüse | p |  | 226 191 131
AnatomicalStructure | 385294005 | SCT | salivary gland | Speicheldrüse | p |  | 207 150 48
AnatomicalStructure | 54066008 | SCT | Pharynx | Rachen |  |  | 220 181 106
AnatomicalStructure | 360955006 | SCT | Nasopharynx | Nasopharynx |  |  | 232 207 156
AnatomicalStructure | 81502006 | SCT | hypopharynx | Hypopharynx |  |  | 210 164 65
AnatomicalStructure | 4596009 | SCT | Larynx | Kehlkopf |  |  | 214 174 81
AnatomicalStructure | 69748006 | SCT | Thyroid | Schilddrüse |  |  | 226 199 131
AnatomicalStructure | 111002 | SCT | Parathyroid | Nebenschilddrüse |  |  | 207 163 48
AnatomicalStructure | 89546000 | SCT | Skull | Schädel |  |  | 236 214 158
AnatomicalStructure | 74872008 | SCT | Frontal bone | Stirnbein |  |  | 226 189 131
AnatomicalStructure | 24924006 | SCT | Parietal bone | Scheitelbein | p |  | 207 146 48
AnatomicalStructure | 60911003 | SCT | Temporal Bone | Schläfenbein | p |  | 220 177 106
AnatomicalStructure | 31640002 | SCT | Occipital bone | Hinterhauptbein |  |  | 232 204 156
AnatomicalStructure | 73117003 | SCT | Sphenoid bone | Keilbein |  |  | 210 158 65
AnatomicalStructure | 52374004 | SCT | Ethmoid bone | Siebbein |  |  | 214 167 81
AnatomicalStructure | 70925003 | SCT | Maxilla | Oberkiefer |  |  | 226 193 131
AnatomicalStructure | 91609006 | SCT | Mandible | Unterkiefer |  |  | 207 153 48
AnatomicalStructure | 13881006 | SCT | Zygoma | Jochbein | p |  | 220 182 106
AnatomicalStructure | 59066005 | SCT | Mastoid bone | Mastoid | p |  | 232 207 156
AnatomicalStructure | 21387005 | SCT | Hyoid bone | Zungenbein |  |  | 210 164 65
AnatomicalStructure | 421060004 | SCT | Spine | Wirbelsäule |  |  | 214 173 81
AnatomicalStructure | 122494005 | SCT | Cervical spine | Halswirbelsäule |  | C-spine, HWS | 226 197 131
AnatomicalStructure | 122495006 | SCT | Thoracic spine | Brustwirbelsäule |  | T-spine, BWS | 207 159 48
AnatomicalStructure | 122496007 | SCT | Lumbar spine | Lendenwirbelsäule |  | L-spine, LWS | 220 187 106
AnatomicalStructure | 51282000 | SCT | Vertebra | Wirbel |  | vertebral body, Wirbelkörper | 232 210 156
AnatomicalStructure | 14806007 | SCT | C1 vertebra | Atlas |  | C1 | 210 170 65
AnatomicalStructure | 61853006 | SCT | Vertebral canal | Wirbelkanal |  | spinal canal | 214 178 81
AnatomicalStructure | 54735007 | SCT | Sacrum | Kreuzbein |  |  | 226 201 131
AnatomicalStructure | 64688005 | SCT | Coccyx | Steißbein |  |  | 207 166 48
AnatomicalStructure | 113197003 | SCT | Rib | Rippe | p |  | 220 192 106
AnatomicalStructure | 50016007 | SCT | Costal Cartilage | Rippenknorpel | p |  | 232 213 156
AnatomicalStructure | 56873002 | SCT | Sternum | Brustbein |  |  | 210 176 65
AnatomicalStructure | 51299004 | SCT | Clavicle | Schlüsselbein | p |  | 214 184 81
AnatomicalStructure | 79601000 | SCT | Scapula | Schulterblatt | p |  | 226 205 131
AnatomicalStructure | 85050009 | SCT | Humerus | Humerus | p | Oberarmknochen | 207 173 48
AnatomicalStructure | 131190003 | SCT | Radius | Radius | p | Speiche | 220 197 106
AnatomicalStructure | 23416004 | SCT | Ulna | Ulna | p | Elle | 232 217 156
AnatomicalStructure | 30518006 | SCT | Scaphoid | Kahnbein der Hand | p |  | 210 182 65
AnatomicalStructure | 36455000 | SCT | Metacarpal | Mittelhandknochen | p |  | 214 190 81
AnatomicalStructure | 22356005 | SCT | Ilium | Darmbein | p |  | 226 209 131
AnatomicalStructure | 71341001 | SCT | Femur | Femur | p | Oberschenkelknochen | 207 179 48
AnatomicalStructure | 64234005 | SCT | Patella | Patella | p | Kniescheibe | 220 201 106
AnatomicalStructure | 12611008 | SCT | Tibia | Tibia | p | Schienbein | 232 220 156
AnatomicalStructure | 87342007 | SCT | Fibula | Fibula | p | Wadenbein | 210 188 65
AnatomicalStructure | 67453005 | SCT | Talus | Sprungbein | p |  | 214 195 81
AnatomicalStructure | 80144004 | SCT | Calcaneus | Fersenbein | p |  | 226 213 131
AnatomicalStructure | 39352004 | SCT | Joint | Gelenk | p |  | 123 214 81
AnatomicalStructure | 16982005 | SCT | Shoulder | Schulter | p |  | 158 226 131
AnatomicalStructure | 16953009 | SCT | Elbow joint | Ellenbogengelenk | p |  | 87 207 48
AnatomicalStructure | 74670003 | SCT | Wrist joint | Handgelenk | p |  | 130 220 106
AnatomicalStructure | 29836001 | SCT | Hip joint | Hüftgelenk | p |  | 169 232 156
AnatomicalStructure | 72696002 | SCT | Knee | Knie | p |  | 84 210 65
AnatomicalStructure | 70258002 | SCT | Ankle joint | Sprunggelenk | p |  | 94 214 81
AnatomicalStructure | 39723000 | SCT | Sacroiliac joint | Iliosakralgelenk | p | ISG | 137 226 131
AnatomicalStructure | 53620006 | SCT | Temporomandibular joint | Kiefergelenk | p |  | 52 207 48
AnatomicalStructure | 53120007 | SCT | Upper limb | Obere Extremität | p |  | 106 220 108
AnatomicalStructure | 40983000 | SCT | Upper arm | Oberarm | p |  | 156 232 159
AnatomicalStructure | 14975008 | SCT | Forearm | Unterarm | p |  | 65 210 77
AnatomicalStructure | 85562004 | SCT | Hand | Hand | p |  | 81 214 97
AnatomicalStructure | 7569003 | SCT | Finger | Finger | p |  | 131 226 146
AnatomicalStructure | 76505004 | SCT | Thumb | Daumen | p |  | 48 207 79
AnatomicalStructure | 61685007 | SCT | Lower limb | Untere Extremität | p |  | 106 220 132
AnatomicalStructure | 68367000 | SCT | Thigh | Oberschenkel | p |  | 156 232 176
AnatomicalStructure | 30021000 | SCT | Lower leg | Unterschenkel | p |  | 65 210 109
AnatomicalStructure | 56459004 | SCT | Foot | Fuß | p |  | 81 214 126
AnatomicalStructure | 29707007 | SCT | Toe | Zehe | p |  | 131 226 166
AnatomicalStructure | 91470000 | SCT | Axilla | Achselhöhle | p |  | 48 207 113
AnatomicalStructure | 26893007 | SCT | Inguinal region | Leiste | p | groin | 106 220 157
AnatomicalStructure | 46862004 | SCT | Buttock | Gesäß | p |  | 156 232 192
AnatomicalStructure | 60005003 | SCT | Pectoralis major muscle | Großer Brustmuskel | p |  | 214 92 81
AnatomicalStructure | 18686000 | SCT | Pectoralis minor muscle | Kleiner Brustmuskel | p |  | 226 140 131
AnatomicalStructure | 35259002 | SCT | Deltoid muscle | Deltamuskel | p |  | 207 66 48
AnatomicalStructure | 31764008 | SCT | Trapezius muscle | Trapezmuskel | p |  | 220 121 106
AnatomicalStructure | 15665001 | SCT | Latissimus dorsi muscle | Latissimus dorsi | p |  | 232 167 156
AnatomicalStructure | 44947003 | SCT | Erector spinae muscle | Rückenstrecker | p |  | 210 89 65
AnatomicalStructure | 6423006 | SCT | Supraspinatus muscle | Supraspinatus | p |  | 214 106 81
AnatomicalStructure | 72573008 | SCT | Infraspinatus muscle | Infraspinatus | p |  | 226 150 131
AnatomicalStructure | 90588001 | SCT | Subscapularis muscle | Subscapularis | p |  | 207 83 48
AnatomicalStructure | 22823000 | SCT | Sternocleidomastoid muscle | Kopfwender | p |  | 220 133 106
AnatomicalStructure | 195879000 | SCT | Abdominal wall muscle | Bauchwandmuskel | p |  | 232 175 156
AnatomicalStructure | 372074006 | SCT | Chest wall muscle | Brustwandmuskel | p |  | 210 105 65
AnatomicalStructure | 5798000 | SCT | Diaphragm | Zwerchfell |  |  | 214 120 81
AnatomicalStructure | 51185008 | SCT | Chest | Brustkorb |  | thorax | 81 177 214
AnatomicalStructure | 72410000 | SCT | Mediastinum | Mediastinum |  |  | 131 196 226
AnatomicalStructure | 39607008 | SCT | Lung | Lunge | p |  | 197 165 185
AnatomicalStructure | 31094006 | SCT | Lobe of lung | Lungenlappen | p |  | 106 176 220
AnatomicalStructure | 45653009 | SCT | Upper lobe of lung | Lungenoberlappen | p | upper lobe | 156 200 232
AnatomicalStructure | 72481006 | SCT | Middle lobe of right lung | Mittellappen der rechten Lunge |  | middle lobe | 65 145 210
AnatomicalStructure | 90572001 | SCT | Lower lobe of lung | Lungenunterlappen | p | lower lobe | 81 150 214
AnatomicalStructure | 72674008 | SCT | Segment of lung | Lungensegment | p |  | 131 177 226
AnatomicalStructure | 46750007 | SCT | Hilum of lung | Lungenhilus | p |  | 48 120 207
AnatomicalStructure | 278983006 | SCT | Fissure of lung | Lungenfissur | p |  | 106 154 220
AnatomicalStructure | 44567001 | SCT | Trachea | Luftröhre |  | windpipe | 182 228 255
AnatomicalStructure | 28700002 | SCT | Carina | Carina |  |  | 65 116 210
AnatomicalStructure | 955009 | SCT | Bronchus | Bronchus | p |  | 160 210 240
AnatomicalStructure | 89187006 | SCT | Airway structure | Atemwege |  | airways | 131 158 226
AnatomicalStructure | 3120008 | SCT | Pleura | Pleura | p |  | 48 88 207
AnatomicalStructure | 9875009 | SCT | Thymus | Thymus |  |  | 106 131 220
AnatomicalStructure | 76752008 | SCT | Breast | Brust | p |  | 244 170 147
AnatomicalStructure | 80891009 | SCT | Heart | Herz |  |  | 206 110 84
AnatomicalStructure | 87878005 | SCT | Left Ventricle | Linker Ventrikel |  | LV | 212 88 70
AnatomicalStructure | 49848007 | SCT | Left Ventricle Myocardium | Myokard des linken Ventrikels |  | LV myocardium | 196 104 96
AnatomicalStructure | 53085002 | SCT | Right ventricle | Rechter Ventrikel |  | RV | 110 128 200
AnatomicalStructure | 82471001 | SCT | Left atrium | Linker Vorhof |  | LA | 222 122 96
AnatomicalStructure | 73829009 | SCT | Right Atrium | Rechter Vorhof |  | RA | 128 146 214
AnatomicalStructure | 33626005 | SCT | Left Auricular Appendage | Linkes Herzohr |  | LAA | 214 81 86
AnatomicalStructure | 122448007 | SCT | Cardiac muscle | Herzmuskel |  | myocardium, Myokard | 226 131 132
AnatomicalStructure | 589001 | SCT | Interventricular septum | Kammerscheidewand |  |  | 207 50 48
AnatomicalStructure | 76848001 | SCT | Pericardium | Herzbeutel |  |  | 220 111 106
AnatomicalStructure | 25489000 | SCT | Pericardial cavity | Perikardhöhle |  |  | 232 161 156
AnatomicalStructure | 6871001 | SCT | Epicardium | Epikard |  |  | 210 78 65
AnatomicalStructure | 34202007 | SCT | Aortic Valve | Aortenklappe |  |  | 214 96 81
AnatomicalStructure | 91134007 | SCT | Mitral Valve | Mitralklappe |  |  | 226 144 131
AnatomicalStructure | 46030003 | SCT | Tricuspid Valve | Trikuspidalklappe |  |  | 207 74 48
AnatomicalStructure | 39057004 | SCT | Pulmonary valve | Pulmonalklappe |  |  | 220 128 106
AnatomicalStructure | 396339007 | SCT | Thrombus | Thrombus |  |  | 150 40 90
AnatomicalStructure | 15825003 | SCT | Aorta | Aorta |  |  | 224 97 76
AnatomicalStructure | 54247002 | SCT | Ascending aorta | Aorta ascendens |  |  | 207 48 56
AnatomicalStructure | 57034009 | SCT | Aortic Arch | Aortenbogen |  |  | 220 106 111
AnatomicalStructure | 32672002 | SCT | Descending aorta | Aorta descendens |  |  | 232 156 159
AnatomicalStructure | 113262008 | SCT | Thoracic aorta | Brustaorta |  |  | 210 65 69
AnatomicalStructure | 7832008 | SCT | Abdominal aorta | Bauchaorta |  |  | 214 81 85
AnatomicalStructure | 41801008 | SCT | Coronary Artery | Koronararterie | p | coronary | 226 131 133
AnatomicalStructure | 3227004 | SCT | Left Main Coronary Artery | Linker Hauptstamm |  | LM | 207 48 50
AnatomicalStructure | 59438005 | SCT | Left Anterior Descending Coronary Artery | Ramus interventricularis anterior |  | LAD, RIVA | 220 106 107
AnatomicalStructure | 57396003 | SCT | Circumflex Coronary Artery | Ramus circumflexus |  | LCX | 232 156 156
AnatomicalStructure | 13647002 | SCT | Right Coronary Artery | Rechte Koronararterie |  | RCA | 210 66 65
AnatomicalStructure | 81040000 | SCT | Pulmonary artery | Pulmonalarterie | p |  | 96 120 210
AnatomicalStructure | 45341000 | SCT | Trunk of pulmonary artery | Truncus pulmonalis |  |  | 226 133 131
AnatomicalStructure | 69105007 | SCT | Carotid Artery | Karotis | p | carotid | 207 53 48
AnatomicalStructure | 32062004 | SCT | Common carotid artery | Arteria carotis communis | p |  | 220 110 106
AnatomicalStructure | 86117002 | SCT | Internal Carotid Artery | Arteria carotis interna | p | ICA | 232 159 156
AnatomicalStructure | 22286001 | SCT | External Carotid Artery | Arteria carotis externa | p |  | 210 72 65
AnatomicalStructure | 85234005 | SCT | Vertebral artery | Arteria vertebralis | p |  | 214 89 81
AnatomicalStructure | 59011009 | SCT | basilar artery | Arteria basilaris |  |  | 226 137 131
AnatomicalStructure | 11279006 | SCT | Circle of Willis | Circulus arteriosus Willisii |  |  | 207 59 48
AnatomicalStructure | 60176003 | SCT | Anterior Cerebral Artery | Arteria cerebri anterior | p | ACA | 220 115 106
AnatomicalStructure | 17232002 | SCT | Middle Cerebral Artery | Arteria cerebri media | p | MCA | 232 162 156
AnatomicalStructure | 70382005 | SCT | Posterior Cerebral Artery | Arteria cerebri posterior | p | PCA | 210 78 65
AnatomicalStructure | 12691009 | SCT | Innominate Artery | Truncus brachiocephalicus |  | brachiocephalic artery | 214 94 81
AnatomicalStructure | 36765005 | SCT | Subclavian Artery | Arteria subclavia | p |  | 226 140 131
AnatomicalStructure | 67937003 | SCT | Axillary Artery | Arteria axillaris | p |  | 207 65 48
AnatomicalStructure | 17137000 | SCT | Brachial artery | Arteria brachialis | p |  | 220 119 106
AnatomicalStructure | 57850000 | SCT | Truncus coeliacus | Truncus coeliacus |  | celiac trunk | 232 165 156
AnatomicalStructure | 22083002 | SCT | Splenic Artery | Milzarterie |  |  | 210 83 65
AnatomicalStructure | 76015000 | SCT | Hepatic artery | Leberarterie |  |  | 214 99 81
AnatomicalStructure | 42258001 | SCT | Superior Mesenteric Artery | Arteria mesenterica superior |  | SMA | 226 144 131
AnatomicalStructure | 33795007 | SCT | Inferior Mesenteric Artery | Arteria mesenterica inferior |  | IMA | 207 71 48
AnatomicalStructure | 2841007 | SCT | Renal artery | Nierenarterie | p |  | 220 123 106
AnatomicalStructure | 73634005 | SCT | Common Iliac Artery | Arteria iliaca communis | p |  | 232 168 156
AnatomicalStructure | 113269004 | SCT | External Iliac Artery | Arteria iliaca externa | p |  | 210 89 65
AnatomicalStructure | 90024005 | SCT | Internal Iliac Artery | Arteria iliaca interna | p |  | 214 104 81
AnatomicalStructure | 7657000 | SCT | Femoral artery | Femoralarterie | p |  | 226 148 131
AnatomicalStructure | 43899006 | SCT | popliteal artery | Arteria poplitea | p |  | 207 77 48
AnatomicalStructure | 68053000 | SCT | Anterior Tibial Artery | Arteria tibialis anterior | p |  | 220 128 106
AnatomicalStructure | 13363002 | SCT | Posterior Tibial Artery | Arteria tibialis posterior | p |  | 232 171 156
AnatomicalStructure | 48345005 | SCT | Superior Vena Cava | Obere Hohlvene |  | SVC, Vena cava superior | 81 164 214
AnatomicalStructure | 64131007 | SCT | Inferior Vena Cava | Untere Hohlvene |  | IVC, Vena cava inferior | 131 187 226
AnatomicalStructure | 122972007 | SCT | Pulmonary vein | Lungenvene | p |  | 216 110 110
AnatomicalStructure | 32764006 | SCT | Portal Vein | Pfortader |  | Vena portae | 106 168 220
AnatomicalStructure | 35819009 | SCT | Splenic Vein | Milzvene |  |  | 156 195 232
AnatomicalStructure | 90771006 | SCT | Superior Mesenteric Vein | Vena mesenterica superior |  | SMV | 65 136 210
AnatomicalStructure | 8993003 | SCT | Hepatic Vein | Lebervene |  |  | 81 143 214
AnatomicalStructure | 56400007 | SCT | Renal Vein | Nierenvene | p |  | 131 172 226
AnatomicalStructure | 12123001 | SCT | Internal jugular vein | Vena jugularis interna | p |  | 48 113 207
AnatomicalStructure | 8887007 | SCT | Innominate vein | Vena brachiocephalica | p | brachiocephalic vein | 106 150 220
AnatomicalStructure | 9454009 | SCT | Subclavian vein | Vena subclavia | p |  | 156 183 232
AnatomicalStructure | 72107004 | SCT | Azygos vein | Vena azygos |  |  | 65 112 210
AnatomicalStructure | 46027005 | SCT | Common iliac vein | Vena iliaca communis | p |  | 81 121 214
AnatomicalStructure | 83419000 | SCT | Femoral vein | Vena femoralis | p |  | 131 157 226
AnatomicalStructure | 90219004 | SCT | Coronary Sinus | Koronarsinus |  |  | 48 87 207
AnatomicalStructure | 113345001 | SCT | Abdomen | Bauch |  |  | 214 123 81
AnatomicalStructure | 52731004 | SCT | Abdominal cavity | Bauchhöhle |  |  | 226 163 131
AnatomicalStructure | 15425007 | SCT | Peritoneum | Bauchfell |  |  | 207 106 48
AnatomicalStructure | 27398004 | SCT | Omentum | Großes Netz |  |  | 220 150 106
AnatomicalStructure | 82849001 | SCT | Retroperitoneal space | Retroperitoneum |  |  | 232 187 156
AnatomicalStructure | 10200004 | SCT | Liver | Leber |  | hepar | 221 130 101
AnatomicalStructure | 28231008 | SCT | Gallbladder | Gallenblase |  |  | 139 150 98
AnatomicalStructure | 28273000 | SCT | Bile duct | Gallengang |  |  | 226 177 131
AnatomicalStructure | 15776009 | SCT | Pancreas | Bauchspeicheldrüse |  | Pankreas | 249 180 111
AnatomicalStructure | 69930009 | SCT | Pancreatic duct | Pankreasgang |  |  | 220 167 106
AnatomicalStructure | 78961009 | SCT | Spleen | Milz |  |  | 157 108 162
AnatomicalStructure | 32849002 | SCT | Esophagus | Speiseröhre |  | oesophagus, Ösophagus | 211 171 143
AnatomicalStructure | 69695003 | SCT | Stomach | Magen |  |  | 216 132 105
AnatomicalStructure | 30315005 | SCT | Small intestine | Dünndarm |  | small bowel | 205 167 142
AnatomicalStructure | 38848004 | SCT | Duodenum | Zwölffingerdarm |  |  | 255 253 229
AnatomicalStructure | 21306003 | SCT | Jejunum | Jejunum |  |  | 220 184 106
AnatomicalStructure | 34516001 | SCT | Ileum | Ileum |  |  | 232 210 156
AnatomicalStructure | 14742008 | SCT | Large intestine | Dickdarm |  | large bowel | 204 168 143
AnatomicalStructure | 71854001 | SCT | Colon | Kolon |  |  | 214 182 81
AnatomicalStructure | 32713005 | SCT | Cecum | Zökum |  | caecum | 226 205 131
AnatomicalStructure | 66754008 | SCT | Appendix | Wurmfortsatz |  |  | 207 176 48
AnatomicalStructure | 9040008 | SCT | Ascending colon | Colon ascendens |  |  | 220 201 106
AnatomicalStructure | 485005 | SCT | Transverse colon | Colon transversum |  |  | 232 221 156
AnatomicalStructure | 32622004 | SCT | Descending colon | Colon descendens |  |  | 210 193 65
AnatomicalStructure | 60184004 | SCT | Sigmoid colon | Sigma |  |  | 214 202 81
AnatomicalStructure | 34402009 | SCT | Rectum | Rektum |  |  | 226 219 131
AnatomicalStructure | 53505006 | SCT | Anus | Anus |  |  | 207 199 48
AnatomicalStructure | 64033007 | SCT | Kidney | Niere | p |  | 185 102 83
AnatomicalStructure | 25990002 | SCT | Renal pelvis | Nierenbecken | p |  | 226 151 131
AnatomicalStructure | 23451007 | SCT | Adrenal gland | Nebenniere | p | suprarenal gland | 244 186 150
AnatomicalStructure | 87953007 | SCT | Ureter | Harnleiter | p |  | 216 160 110
AnatomicalStructure | 89837001 | SCT | Bladder | Harnblase |  | urinary bladder | 222 154 132
AnatomicalStructure | 13648007 | SCT | Urethra | Harnröhre |  |  | 210 111 65
AnatomicalStructure | 12921003 | SCT | Pelvis | Becken |  |  | 214 128 81
AnatomicalStructure | 41216001 | SCT | Prostate | Prostata |  |  | 230 158 140
AnatomicalStructure | 64739004 | SCT | Seminal Vesicle | Samenblase | p |  | 207 112 48
AnatomicalStructure | 40689003 | SCT | Testis | Hoden | p |  | 220 155 106
AnatomicalStructure | 18911002 | SCT | Penis | Penis |  |  | 232 191 156
AnatomicalStructure | 35039007 | SCT | Uterus | Gebärmutter |  |  | 230 150 160
AnatomicalStructure | 71252005 | SCT | Cervix | Gebärmutterhals |  | cervix uteri | 214 150 81
AnatomicalStructure | 15497006 | SCT | Ovary | Eierstock | p |  | 226 182 131
AnatomicalStructure | 31435000 | SCT | Fallopian tube | Eileiter | p |  | 207 138 48
AnatomicalStructure | 76784001 | SCT | Vagina | Scheide |  |  | 220 174 106
AnatomicalStructure | 38864007 | SCT | Perineum | Damm |  |  | 232 203 156
AnatomicalStructure | 38266002 | SCT | Entire body | Ganzer Körper |  | whole body | 210 160 65
`;
