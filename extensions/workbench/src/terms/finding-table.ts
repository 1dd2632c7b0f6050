/**
 * @file Tissues, findings, substances, devices and modifiers, written by scripts/make-terms.py from its selection: do not edit.
 * category | code value | scheme | meaning | German | p: has a left and a right | synonyms | red green blue
 */
export const FINDINGS = `
Tissue | 85756007 | SCT | Tissue | Gewebe |  |  | 214 128 81
Tissue | 272673000 | SCT | Bone | Knochen |  |  | 241 214 145
Tissue | 14016003 | SCT | Bone Marrow | Knochenmark |  |  | 207 113 48
Tissue | 309312004 | SCT | Cartilage | Knorpel |  |  | 220 156 106
Tissue | 71616004 | SCT | Muscle | Muskel |  |  | 192 104 88
Tissue | 127954009 | SCT | Skeletal muscle | Skelettmuskel |  |  | 184 96 84
Tissue | 248300009 | SCT | Body fat | Körperfett |  | adipose tissue, Fett | 230 220 70
Tissue | 71966008 | SCT | Subcutaneous tissue | Subkutangewebe |  | subcutaneous fat | 236 214 96
Tissue | 21793004 | SCT | Connective tissue | Bindegewebe |  |  | 207 142 48
Tissue | 39937001 | SCT | Skin | Haut |  |  | 236 188 156
Tissue | 119410002 | SCT | Nerve | Nerv |  |  | 232 205 156
Tissue | 51114001 | SCT | Artery | Arterie |  |  | 216 66 60
Tissue | 29092000 | SCT | Vein | Vene |  |  | 40 120 206
Tissue | 59820001 | SCT | Blood vessel | Blutgefäß |  | vessel | 206 78 92
Tissue | 87612001 | SCT | Blood | Blut |  |  | 170 24 30
Tissue | 59441001 | SCT | Lymph node | Lymphknoten | p | lymph node | 104 172 96
Tissue | 89890002 | SCT | Lymphatic system | Lymphsystem |  |  | 232 219 156
Tissue | 13024002 | SCT | Tendon | Sehne |  |  | 210 191 65
Tissue | 52082005 | SCT | Ligament | Band |  |  | 214 200 81
Tissue | 74135004 | SCT | Meniscus | Meniskus | p |  | 226 219 131
Tissue | 12402003 | SCT | Scar tissue | Narbengewebe |  | scar | 207 199 48
Tissue | 113343008 | SCT | Organ | Organ |  |  | 220 218 106
MorphologicallyAbnormalStructure | 52988006 | SCT | Lesion | Läsion |  |  | 214 78 152
MorphologicallyAbnormalStructure | 4147007 | SCT | Mass | Raumforderung |  | mass | 200 70 160
MorphologicallyAbnormalStructure | 108369006 | SCT | Neoplasm | Neoplasie |  | tumor, tumour, Tumor | 224 70 130
MorphologicallyAbnormalStructure | 86049000 | SCT | Neoplasm, Primary | Primärtumor |  | primary tumor | 232 62 112
MorphologicallyAbnormalStructure | 14799000 | SCT | Neoplasm, Secondary | Metastase |  | metastasis, secondary tumor | 206 62 176
MorphologicallyAbnormalStructure | 27925004 | SCT | Nodule | Rundherd |  | pulmonary nodule, Knoten | 232 96 176
MorphologicallyAbnormalStructure | C113842 | NCIt | Enhancing Lesion | Kontrastmittelaufnehmende Läsion |  | enhancing tumor | 240 84 96
MorphologicallyAbnormalStructure | C81175 | NCIt | Non-Enhancing Lesion | Nicht aufnehmende Läsion |  | non-enhancing tumor | 226 131 224
MorphologicallyAbnormalStructure | 6574001 | SCT | Necrosis | Nekrose |  | necrotic core | 207 48 198
MorphologicallyAbnormalStructure | 79654002 | SCT | Edema | Ödem |  | oedema, peritumoral edema | 220 106 210
MorphologicallyAbnormalStructure | 367643001 | SCT | Cyst | Zyste |  |  | 232 156 222
MorphologicallyAbnormalStructure | 44132006 | SCT | Abscess | Abszess |  |  | 210 65 186
MorphologicallyAbnormalStructure | 50960005 | SCT | Hemorrhage | Blutung |  | haemorrhage, bleeding, ICH | 190 30 44
MorphologicallyAbnormalStructure | 35566002 | SCT | Hematoma | Hämatom |  | haematoma | 168 36 60
MorphologicallyAbnormalStructure | 75753009 | SCT | Blood clot | Blutgerinnsel |  | clot | 207 48 163
MorphologicallyAbnormalStructure | 55584005 | SCT | Embolus | Embolus |  | pulmonary embolism | 220 106 185
MorphologicallyAbnormalStructure | 23583003 | SCT | Inflammation | Entzündung |  |  | 232 156 205
MorphologicallyAbnormalStructure | 85659009 | SCT | aneurysm | Aneurysma |  |  | 210 65 155
MorphologicallyAbnormalStructure | 18115005 | SCT | pathologic calcification | Pathologische Verkalkung |  | calcification, Kalk | 214 81 159
MorphologicallyAbnormalStructure | 237897009 | SCT | Vascular Calcification | Gefäßverkalkung |  | coronary calcium | 226 131 183
MorphologicallyAbnormalStructure | 1522000 | SCT | plaque | Plaque |  |  | 207 48 129
MorphologicallyAbnormalStructure | 386103008 | SCT | Renal stone | Nierenstein | p | kidney stone, calculus | 220 106 160
MorphologicallyAbnormalStructure | 60046008 | SCT | Pleural effusion | Pleuraerguss | p | effusion | 232 156 189
MorphologicallyAbnormalStructure | 373945007 | SCT | Pericardial effusion | Perikarderguss |  |  | 210 65 123
MorphologicallyAbnormalStructure | 41699000 | SCT | Effusion | Erguss |  |  | 214 81 130
MorphologicallyAbnormalStructure | 36118008 | SCT | Pneumothorax | Pneumothorax | p |  | 226 131 162
MorphologicallyAbnormalStructure | 22298006 | SCT | Myocardial Infarction | Myokardinfarkt |  | infarct | 207 48 95
MorphologicallyAbnormalStructure | 68496003 | SCT | Polyp of colon | Kolonpolyp |  | polyp | 220 106 136
MorphologicallyAbnormalStructure | 110702 | DCM | White Matter T2 Hyperintensity | T2-hyperintense Läsion der weißen Substanz |  | white matter hyperintensity, WMH, FLAIR lesion | 232 156 173
MorphologicallyAbnormalStructure | 110701 | DCM | White Matter T1 Hypointensity | T1-hypointense Läsion der weißen Substanz |  | black hole | 210 65 92
BodySubstance | 70150004 | SCT | Bile | Galle |  |  | 214 179 81
BodySubstance | 32457005 | SCT | Body fluid | Körperflüssigkeit |  | fluid | 226 213 131
BodySubstance | 39477002 | SCT | Feces | Stuhl |  | stool | 207 207 48
BodySubstance | 74947009 | SCT | Gas | Gas |  | air, Luft | 205 220 106
BodySubstance | 78014005 | SCT | Urine | Urin |  |  | 212 232 156
Substance | 7140000 | SCT | Contrast agent | Kontrastmittel |  | contrast medium | 192 214 81
PhysicalObject | 40388003 | SCT | Implant | Implantat |  |  | 81 190 214
PhysicalObject | 53350007 | SCT | Prosthesis | Prothese |  |  | 131 206 226
PhysicalObject | 25510005 | SCT | Heart valve prosthesis | Herzklappenprothese |  |  | 48 168 207
PhysicalObject | 27606000 | SCT | Dental Prosthesis | Zahnprothese |  |  | 106 188 220
PhysicalObject | 14106009 | SCT | Cardiac pacemaker | Herzschrittmacher |  | pacemaker | 156 208 232
PhysicalObject | 360129009 | SCT | Cardiac pacemaker lead | Schrittmacherelektrode |  | lead | 65 161 210
PhysicalObject | 19923001 | SCT | Catheter | Katheter |  |  | 81 165 214
PhysicalObject | 112174 | DCM | Central line | Zentraler Venenkatheter |  | CVC, ZVK | 131 187 226
PhysicalObject | 26412008 | SCT | Endotracheal tube | Endotrachealtubus |  |  | 48 137 207
PhysicalObject | 25062003 | SCT | Feeding tube | Ernährungssonde |  |  | 106 166 220
PhysicalObject | 112173 | DCM | Chest tube | Thoraxdrainage |  |  | 156 194 232
PhysicalObject | 65818007 | SCT | Stent | Stent |  |  | 65 133 210
PhysicalObject | 286558002 | SCT | Ureteric stent | Harnleiterschiene | p | double-J | 81 139 214
PhysicalObject | 257409000 | SCT | Vena cava filter | Cavafilter |  |  | 131 169 226
PhysicalObject | 102314001 | SCT | Embolization coil | Embolisationsspirale |  | coil | 48 107 207
PhysicalObject | 77720000 | SCT | Clip | Clip |  |  | 106 145 220
PhysicalObject | 56353002 | SCT | Staple | Klammer |  |  | 156 179 232
PhysicalObject | 27065002 | SCT | Suture | Naht |  |  | 65 105 210
PhysicalObject | 79068005 | SCT | Needle | Nadel |  |  | 81 113 214
PhysicalObject | 68183006 | SCT | Bone Screw | Knochenschraube |  | screw | 131 151 226
PhysicalObject | 77444004 | SCT | Bone Pin | Knochennagel |  |  | 48 76 207
PhysicalObject | 19227008 | SCT | Foreign body | Fremdkörper |  |  | 106 123 220
PhysicalObject | 112171 | DCM | Fiducial mark | Marker |  | fiducial | 156 164 232
PhysicalObject | 19443004 | SCT | Radioactive implant | Radioaktives Implantat |  | seed | 65 77 210
PhysicalObject | 86407004 | SCT | Table | Tisch |  |  | 81 88 214
PhysicalObject | 272180002 | SCT | Clothing | Kleidung |  |  | 131 133 226
Function | 371863001 | SCT | Perfusion | Perfusion |  |  | 214 81 192
SpatialAndRelationalConcept | C94970 | NCIt | Reference Region | Referenzregion |  | reference | 81 126 214
TypeModifier | 7771000 | SCT | Left | links |  |  | 214 81 81
TypeModifier | 24028007 | SCT | Right | rechts |  |  | 226 131 131
TypeModifier | 51440002 | SCT | Bilateral | beidseits |  | both | 207 48 48
TypeModifier | 130290 | DCM | Median | median |  |  | 220 106 106
TypeModifier | 264217000 | SCT | Superior | oben |  |  | 232 156 156
TypeModifier | 261089000 | SCT | Inferior | unten |  |  | 210 65 65
TypeModifier | 255549009 | SCT | Anterior | vorn |  |  | 214 81 81
TypeModifier | 255551008 | SCT | Posterior | hinten |  |  | 226 131 131
TypeModifier | 49370004 | SCT | Lateral | lateral |  |  | 207 48 48
TypeModifier | 255561001 | SCT | Medial | medial |  |  | 220 106 106
TypeModifier | 40415009 | SCT | Proximal | proximal |  |  | 232 156 156
TypeModifier | 46053002 | SCT | Distal | distal |  |  | 210 65 65
TypeModifier | 26216008 | SCT | Central | zentral |  |  | 214 81 81
TypeModifier | 14414005 | SCT | Peripheral | peripher |  |  | 226 131 131
TypeModifier | 26283006 | SCT | Superficial | oberflächlich |  |  | 207 48 48
TypeModifier | 795002 | SCT | Deep | tief |  |  | 220 106 106
`;
