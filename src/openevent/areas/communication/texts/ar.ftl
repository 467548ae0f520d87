### ما تقوله الرسائل والإشعارات بالعربية.

greeting = مرحبًا { $name }،
greeting-nobody = مرحبًا،
open = افتح
code = الرمز هو
footer = أرسل Open Event هذه الرسالة بسبب حسابك. لا أحد يقرأ الردود.
footer-answer = نقل Open Event هذه الرسالة. يصل ردّك إلى من كتبها.
footer-nobody = أرسل Open Event هذه الرسالة. لا أحد يقرأ الردود.
unsubscribe = لا مزيد من الرسائل من هذا النوع
unsubscribe-page =
    .ask = هل تريد عدم تلقي المزيد من الرسائل من هذا النوع؟
    .done = لن تتلقى المزيد من الرسائل من هذا النوع.

## الحسابات

user-confirmation =
    .subject = تأكيد عنوانك
    .body = يرجى تأكيد أن هذا عنوانك.
    .button = تأكيد عنواني
    .after =
        يعمل الرمز مرة واحدة ولمدة يوم.

        إن لم يكن لديك حساب هنا، فقد أخطأ أحدهم في كتابة عنوانه: تجاهل هذه الرسالة.
user-change-email =
    .subject = تغيّر عنوان حسابك
    .body = عنوان حسابك هو الآن { $new_email }. تُرسل الرسائل إليه من الآن فصاعدًا.
    .after = إن لم تكن أنت من فعل ذلك، فأخبر القائمين على هذا الخادم.
password-reset =
    .subject = تعيين كلمة مرور جديدة
    .body = يريد أحدهم، وهو أنت على الأرجح، تعيين كلمة مرور جديدة لحسابك.
    .button = تعيين كلمة مرور جديدة
    .after =
        يعمل الرمز مرة واحدة ولمدة ساعة.

        إن لم تكن أنت من طلب ذلك، فتجاهل هذه الرسالة: تبقى كلمة مرورك كما هي.
password-change =
    .subject = تم تغيير كلمة مرورك
    .body = تم تغيير كلمة مرور حسابك، وتم تسجيل خروج كل من دخل بها.
    .after = إن لم تكن أنت من فعل ذلك، فعيّن كلمة مرور جديدة على الفور.
test-mail =
    .subject = رسالة تجريبية
    .body = أراد أحد المشرفين معرفة هل تصل الرسائل. وقد وصلت هذه.

## الأدوار في فعالية

event-role =
    .subject = دورك في { $event }: { $role }
    .body = لديك الآن دور { $role } في { $event }.
    .button = فتح الفعالية
event-role-invite =
    .subject = دعوة إلى دور { $role } في { $event }
    .body = أنت مدعو إلى دور { $role } في { $event }.
    .button = الرد على الدعوة
    .after = يعمل الرمز مرة واحدة. سجّل الدخول أو أنشئ حسابًا بهذا العنوان لقبول الدعوة.
event-role-accepted =
    .subject = قبل { $person } دور { $role } في { $event }
    .body = قبل { $person } الدعوة وله الآن دور { $role } في { $event }.
event-role-removed =
    .subject = لم يعد لك دور { $role } في { $event }
    .body = لم يعد لك دور { $role } في { $event }.

## الفعاليات

event-published =
    .subject = نُشرت { $event }
    .body = نُشرت { $event } ويستطيع الجميع رؤيتها الآن. تبدأ { $starts }.
    .button = فتح الفعالية
event-changed =
    .subject = { $event }: تغيّر الموعد أو المكان
    .body =
        تغيّرت { $event }.

        تبدأ { $starts } وتنتهي { $ends }.

        المكان: { $place }
    .button = فتح الفعالية
announce-event =
    .subject = تعلن { $group } عن { $event }
    .body =
        تعلن { $group } التي تتابعها عن { $event }.

        تبدأ { $starts }.
    .button = فتح الفعالية
contact-organizers =
    .subject = سؤال عن { $event }
    .body = يسأل { $person } ({ $email }) منظمي { $event }:
contact-organizers-copy =
    .subject = سؤالك عن { $event }
    .body = سألت منظمي { $event }:
contact-group-organizers =
    .subject = سؤال عن { $group }
    .body = يسأل { $person } ({ $email }) منظمي { $group }:
contact-group-organizers-copy =
    .subject = سؤالك عن { $group }
    .body = سألت منظمي { $group }:
group-role =
    .subject = دعوة إلى دور { $role } في { $group }
    .body = أنت مدعو إلى دور { $role } في مجموعة { $group }.
    .button = الرد على الدعوة
    .after = يعمل الرمز مرة واحدة. سجّل الدخول أو أنشئ حسابًا بهذا العنوان لقبول الدعوة.

## البرنامج

new-session =
    .subject = جلسة جديدة في { $event }: { $session }
    .body = قُدّمت جلسة «{ $session }» إلى { $event }.
    .button = فتح الجلسة
session-accepted =
    .subject = مقبولة: { $session }
    .body = خبر سار: قُبلت جلستك «{ $session }» في { $event }.
    .button = فتح الجلسة
session-rejected =
    .subject = غير مقبولة: { $session }
    .body = لم تُقبل جلستك «{ $session }» في { $event }. شكرًا لاقتراحها.
    .button = فتح الجلسة
session-confirmed =
    .subject = مؤكدة: { $session }
    .body = تأكدت جلستك «{ $session }» في { $event }.
    .button = فتح الجلسة
session-canceled =
    .subject = ملغاة: { $session }
    .body = أُلغيت جلستك «{ $session }» في { $event }.
    .button = فتح الجلسة
session-withdrawn =
    .subject = مسحوبة: { $session }
    .body = سُحبت جلسة «{ $session }» من { $event }.
    .button = فتح الجلسة
session-schedule =
    .subject = الموعد والقاعة: { $session }
    .body =
        صار لجلستك «{ $session }» في { $event } مكان في البرنامج.

        تبدأ { $starts } وتنتهي { $ends }.

        القاعة: { $place }
    .button = فتح الجلسة
session-unscheduled =
    .subject = بلا موعد: { $session }
    .body = ليس لجلستك «{ $session }» في { $event } مكان في البرنامج حاليًا.
    .button = فتح الجلسة
session-notify =
    .subject = { $event }: { $session }
    .body = بخصوص جلسة «{ $session }» في { $event }:
speaker-invite =
    .subject = دعوة إلى التحدث في { $event }
    .body = أنت مدعو إلى التحدث في جلسة «{ $session }» في { $event }.
    .button = الرد على الدعوة
    .after = سجّل الدخول أو أنشئ حسابًا بهذا العنوان لقبول الدعوة.
speaker-invite-accepted =
    .subject = سيتحدث { $person } في { $session }
    .body = قبل { $person } دعوتك إلى التحدث في جلسة «{ $session }» في { $event }.
