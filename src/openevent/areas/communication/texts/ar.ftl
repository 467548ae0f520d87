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

## التذاكر

order-placed =
    .subject = طلبك لفعالية { $event }
    .body =
        تم تسجيل طلبك لفعالية { $event }. يرجى دفع { $amount }.

        الطلب: { $order }. عدد التذاكر: { $count }.

        تبدأ { $starts }.
    .button = فتح الطلب
    .after = التذاكر والفاتورة مرفقة. اذكر رقم الطلب عند الدفع.
order-paid =
    .subject = تم الدفع: طلبك لفعالية { $event }
    .body =
        وصل دفعك لفعالية { $event }: { $amount }. التذاكر التي لديك صالحة.

        الطلب: { $order }. عدد التذاكر: { $count }.

        تبدأ { $starts }.
    .button = فتح الطلب
    .after = الفاتورة مرفقة.
ticket-purchased =
    .subject = تذاكرك لفعالية { $event }
    .body =
        اكتمل طلبك لفعالية { $event }. دفعت { $amount }.

        الطلب: { $order }. عدد التذاكر: { $count }.

        تبدأ { $starts }.
    .button = فتح الطلب
    .after = التذاكر والفاتورة مرفقة. الرموز على التذكرة تُدخل شخصًا واحدًا مرة واحدة: احتفظ بها لنفسك.
ticket-purchased-free =
    .subject = تذاكرك لفعالية { $event }
    .body =
        اكتمل طلبك لفعالية { $event }.

        الطلب: { $order }. عدد التذاكر: { $count }.

        تبدأ { $starts }.
    .button = فتح الطلب
    .after = التذاكر مرفقة. الرموز على التذكرة تُدخل شخصًا واحدًا مرة واحدة: احتفظ بها لنفسك.
ticket-purchased-attendee =
    .subject = تذكرتك لفعالية { $event }
    .body =
        لديك تذكرة لفعالية { $event }.

        تبدأ { $starts }.
    .after = التذكرة مرفقة. الرموز عليها تُدخل شخصًا واحدًا مرة واحدة: احتفظ بها لنفسك.
ticket-reissued =
    .subject = تذكرة جديدة لفعالية { $event }
    .body =
        أُصدرت تذكرة { $attendee } لفعالية { $event } من جديد.

        تبدأ { $starts }.
    .after = التذكرة الجديدة مرفقة. السابقة لا تُدخل أحدًا بعد الآن.
ticket-purchased-organizer =
    .subject = طلب جديد لفعالية { $event }
    .body =
        طلب { $person } تذاكر لفعالية { $event }.

        الطلب: { $order }. عدد التذاكر: { $count }. المجموع: { $amount }.
    .button = فتح الطلبات
ticket-cancelled =
    .subject = أُلغي طلبك لفعالية { $event }
    .body = أُلغي طلبك { $order } لفعالية { $event }. تذاكره لا تُدخل أحدًا بعد الآن.
ticket-cancelled-attendee =
    .subject = أُلغيت تذكرتك لفعالية { $event }
    .body = أُلغيت تذكرتك لفعالية { $event }. لا تُدخل أحدًا بعد الآن.
ticket-cancelled-organizer =
    .subject = أُلغي طلب لفعالية { $event }
    .body = أُلغي الطلب { $order } لفعالية { $event }. عدد التذاكر المتاحة من جديد: { $count }.
    .button = فتح الطلبات

## المال

order-refunded =
    .subject = استرداد مالك لفعالية { $event }
    .body = تسترد { $amount } مما دفعته للطلب { $order } في { $event }. عند الدفع ببطاقة قد يستغرق ظهوره في حسابك بضعة أيام.
    .button = فتح الطلب
late-payment-returned =
    .subject = وصل دفعك لفعالية { $event } متأخرًا
    .body =
        دفعت { $amount } للطلب { $order } في { $event }، لكن وقته انتهى ولم تعد تذاكره متاحة. ليس لديك تذاكر.

        يعود المال إليك بالطريقة التي أتى بها. لا حاجة إلى فعل شيء.
    .button = فتح الطلب
double-payment-returned =
    .subject = دفعت مرتين لفعالية { $event }
    .body =
        كان الطلب { $order } في { $event } مدفوعًا عندما وصل { $amount } مرة أخرى. تذاكرك صالحة.

        ما دفعته مرتين يعود إليك بالطريقة التي أتى بها. لا حاجة إلى فعل شيء.
    .button = فتح الطلب
refund-failed =
    .subject = تعذّر رد المال: { $event }
    .body = تعذّر رد { $amount } من الطلب { $order } في { $event } إلى المشتري:
    .button = فتح الطلب
    .after = أعد المال بطريقة أخرى.
payment-unmatched =
    .subject = دفعة لا تناسب أي طلب: { $event }
    .body = دفعة بقيمة { $amount } ({ $payment }) تذكر الطلب { $order } في { $event }، لكنها ليست ثمن هذا الطلب أو وصلت إلى حساب آخر. لم تُحسب مدفوعة.
    .button = فتح الطلب
    .after = ابحث عن الدفعة لدى Stripe، وأعدها هناك إن لم تكن لك.
monthly-payment =
    .subject = الفاتورة { $number } لفعالية { $event }
    .body = عن التذاكر التي باعتها { $event } يستحق دفع { $amount } حتى { $due }.
    .button = فتح الفاتورة
    .after = الفاتورة مرفقة.
