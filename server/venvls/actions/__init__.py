OFFERS = ()
