//! Turns a list of texts into methods of [`crate::locales::Locale`], and what their tests need.

macro_rules! texts {
    ($( $form:ident { $( $key:ident ( $( $argument:ident : $type:ty ),* ) ; )* } )*) => {
        impl Locale {
            $( $(
                pub fn $key(&self, $( $argument: $type ),*) -> String {
                    #[allow(unused_mut)]
                    let mut arguments = FluentArgs::new();
                    $( arguments.set(stringify!($argument), $argument.value(self, Form::$form)); )*
                    self.text(stringify!($key), arguments)
                }
            )* )*
        }

        #[cfg(test)]
        pub(super) const KEYS: &[&str] = &[ $( $( stringify!($key) ),* ),* ];

        #[cfg(test)]
        pub(super) fn samples(
            locale: &Locale,
        ) -> Vec<(&'static str, (String, Vec<fluent_bundle::FluentError>))> {
            vec![ $( $( {
                #[allow(unused_mut)]
                let mut arguments = FluentArgs::new();
                $( arguments.set(
                    stringify!($argument),
                    <$type as Argument>::sample().value(locale, Form::$form),
                ); )*
                (stringify!($key), locale.render(stringify!($key), &arguments))
            } ),* ),* ]
        }
    };
}

pub(super) use texts;
